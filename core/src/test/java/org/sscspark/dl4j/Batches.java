package org.sscspark.dl4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sscspark.engine.RandomNetworks;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.NetworkSpec;

/** Random minibatches for tests of DL4J layers. */
@SuppressWarnings("ArrayRecordComponent") // Test data.
record Batches(float[] images, int[] labels, DataSet dataSet) {

  static Batches random(NetworkSpec network, int count, RandomNetworks random) {
    float[] images = random.images(network, count);
    int[] labels = new int[count];
    INDArray oneHot = Nd4j.zeros(DataType.FLOAT, count, network.classes());
    for (int n = 0; n < count; n++) {
      labels[n] = random.between(0, network.classes() - 1);
      oneHot.putScalar(n, labels[n], 1);
    }
    return new Batches(images, labels, new DataSet(array(images, count, network.input()), oneHot));
  }

  static INDArray array(float[] images, int count, FeatureShape shape) {
    long[] dimensions = {count, shape.channels(), shape.height(), shape.width()};
    return Nd4j.create(images.clone(), dimensions, 'c');
  }
}
