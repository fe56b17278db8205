package org.sscspark.spark.gpu;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/**
 * The stage in which every task holds one GPU. Executors are asked for GPUs with {@code
 * spark.executor.resource.gpu.amount}, and tasks in general for none, so that other stages use all
 * cores; this stage asks by a resource profile of its own. Without GPUs it changes nothing.
 */
public final class GpuStage {
  private static final String EXECUTOR_AMOUNT = "spark.executor.resource.gpu.amount";
  private static final String TASK_AMOUNT = "spark.task.resource.gpu.amount";

  /** Where Spark 3.5 lets a stage ask for task resources without dynamic allocation. */
  private static final Pattern WITH_PROFILES =
      Pattern.compile("spark://.+|yarn|k8s://.+|local-cluster\\[.+]");

  private final int gpusOfExecutor;
  private final boolean inEveryTask;
  private final Optional<ResourceProfile> profile;

  private GpuStage(int gpusOfExecutor, boolean inEveryTask, Optional<ResourceProfile> profile) {
    this.gpusOfExecutor = gpusOfExecutor;
    this.inEveryTask = inEveryTask;
    this.profile = profile;
  }

  /** The stage for an application's settings. */
  public static GpuStage of(SparkConf conf) {
    int gpus = conf.getInt(EXECUTOR_AMOUNT, 0);
    boolean inEveryTask = gpus > 0 && conf.contains(TASK_AMOUNT);
    boolean asks =
        gpus > 0 && !inEveryTask && WITH_PROFILES.matcher(conf.get("spark.master")).matches();
    if (!asks) {
      return new GpuStage(gpus, inEveryTask, Optional.empty());
    }
    TaskResourceRequests oneGpu = new TaskResourceRequests().resource(DeviceBinding.RESOURCE, 1);
    return new GpuStage(
        gpus, inEveryTask, Optional.of(new ResourceProfileBuilder().require(oneGpu).build()));
  }

  /** What a task of the stage asks for, if it asks for anything of its own. */
  Optional<ResourceProfile> profile() {
    return profile;
  }

  /** The GPUs of each executor; 0 if none were asked for. */
  public int gpusOfExecutor() {
    return gpusOfExecutor;
  }

  /** Whether tasks of other stages hold GPUs as well. */
  public boolean inEveryTask() {
    return inEveryTask;
  }

  /** The same work, each task of which holds a GPU if there are any. */
  public <T> JavaRDD<T> of(JavaRDD<T> work) {
    return profile.map(work::withResources).orElse(work);
  }
}
