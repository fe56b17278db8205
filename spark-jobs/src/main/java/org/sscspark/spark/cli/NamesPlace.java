package org.sscspark.spark.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks an option that names a file or folder. A driver in the cluster looks for it there. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface NamesPlace {
  /** Whether it can be on the machine of the driver only, and on no other file system. */
  boolean ofThisMachine() default false;
}
