/** Raw data sets as they are published: their formats, read record by record. */
package org.sscspark.data.raw;
