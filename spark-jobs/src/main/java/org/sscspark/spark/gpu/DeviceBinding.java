package org.sscspark.spark.gpu;

import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The GPU that Spark granted to a task: asked for before an engine starts, since an engine keeps
 * the device that it started on. Executors of one machine may see all of its GPUs, so the address
 * is the only thing that keeps two tasks apart.
 *
 * @param gpu its index on the machine; empty if the task holds none
 */
public record DeviceBinding(OptionalInt gpu) {
  /** Spark's name of the resource. */
  static final String RESOURCE = "gpu";

  /** The binding of a task without a GPU, and of code outside a task. */
  public static final DeviceBinding NONE = new DeviceBinding(OptionalInt.empty());

  /** The binding of the task that this thread runs. */
  public static DeviceBinding ofTask() {
    TaskContext task = TaskContext.get();
    return task == null ? NONE : of(task.resourcesJMap());
  }

  /**
   * The binding that a task's resources stand for.
   *
   * @throws IllegalStateException if it holds several GPUs, or one whose address is no index
   */
  static DeviceBinding of(Map<String, ResourceInformation> resources) {
    ResourceInformation gpus = resources.get(RESOURCE);
    if (gpus == null || gpus.addresses().length == 0) {
      return NONE;
    }
    String[] addresses = gpus.addresses();
    if (addresses.length > 1) {
      throw new IllegalStateException(
          "The task holds GPUs %s, but a worker computes on one: "
                  .formatted(String.join(", ", addresses))
              + "set spark.task.resource.gpu.amount to 1");
    }
    try {
      return new DeviceBinding(OptionalInt.of(Integer.parseInt(addresses[0])));
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "GPU address '%s' is no index: the discovery script has to print addresses such as \"0\""
              .formatted(addresses[0]),
          e);
    }
  }

  @Override
  public String toString() {
    return gpu.isPresent() ? "GPU " + gpu.getAsInt() : "no GPU";
  }
}
