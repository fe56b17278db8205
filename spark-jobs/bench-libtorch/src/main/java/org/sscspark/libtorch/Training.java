package org.sscspark.libtorch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** One variant's training, always on the same minibatch. */
final class Training {
  private final Network network;
  private final Variant variant;
  private final Tensor images;
  private final Tensor labels;
  private final SGD optimizer;

  /**
   * A training that has not begun.
   *
   * @param job what the benchmark sent
   */
  Training(JsonNode job, Variant variant) throws IOException {
    Values values = new Values(Path.of(job.path("values").asText()));
    JsonNode shape = job.path("network").path("input");
    JsonNode ops = job.path("network").path("ops");
    long batch = job.path("batch").asLong();
    long classes = ops.path(ops.size() - 1).path("support").path("shape").path(0).asLong();
    this.variant = variant;
    this.images =
        values.take(
            variant.format(),
            batch,
            shape.path(0).asLong(),
            shape.path(1).asLong(),
            shape.path(2).asLong());
    this.labels = torch.tensor(LongStream.range(0, batch).map(n -> n % classes).toArray());
    this.network = new Network(ops, values, variant.format());
    SGDOptions options = new SGDOptions(0.1);
    options.momentum().put(0.9);
    options.weight_decay().put(5e-4);
    options.nesterov().put(true);
    this.optimizer =
        new SGD(new TensorVector(network.parameters().toArray(new Tensor[0])), options);
  }

  /** Forward, cross-entropy, backward, update; returns the loss before the update. */
  float step() {
    // Whatever a step makes is freed at its end, at once.
    PointerScope made = new PointerScope();
    try {
      optimizer.zero_grad(true);
      torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
      torch.set_autocast_enabled(DeviceType.CPU, variant.mixed());
      Tensor loss = torch.cross_entropy_loss(network.forward(images), labels);
      torch.set_autocast_enabled(DeviceType.CPU, false);
      // Of weights in bfloat16, which are other ones in the next step.
      torch.clear_cache();
      loss.backward();
      optimizer.step();
      return loss.item_float();
    } finally {
      made.close();
    }
  }
}
