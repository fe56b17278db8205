package org.sscspark.dl4j;

import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;

/**
 * One change to a program that builds a network: of the global configuration, or of the layer under
 * test.
 *
 * @param <B> the builder that this project's layer and the stock layer have in common
 * @param circumstance of the global configuration, in which the change shows and which is there
 *     without it
 */
record Change<B extends FeedForwardLayer.Builder<?>>(
    Consumer<NeuralNetConfiguration.Builder> circumstance,
    Consumer<NeuralNetConfiguration.Builder> global,
    Consumer<B> layer) {

  Change(Consumer<NeuralNetConfiguration.Builder> global, Consumer<B> layer) {
    this(anywhere -> {}, global, layer);
  }

  static <B extends FeedForwardLayer.Builder<?>> Change<B> none() {
    return new Change<>(global -> {}, layer -> {});
  }

  static <B extends FeedForwardLayer.Builder<?>> Change<B> global(
      Consumer<NeuralNetConfiguration.Builder> change) {
    return new Change<>(change, layer -> {});
  }

  static <B extends FeedForwardLayer.Builder<?>> Change<B> layer(Consumer<B> change) {
    return new Change<>(global -> {}, change);
  }

  /** The same change where this is so with and without it. */
  Change<B> where(Consumer<NeuralNetConfiguration.Builder> always) {
    return new Change<>(always, global, layer);
  }

  /** The program without the change. */
  Change<B> undone() {
    return new Change<>(circumstance, unchanged -> {}, unchanged -> {});
  }

  /** Configures everything. */
  void apply(NeuralNetConfiguration.Builder configuration, B builder) {
    circumstance.accept(configuration);
    global.accept(configuration);
    layer.accept(builder);
  }
}
