package org.sscspark.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.sscspark.dl4j.SscConvolution;
import org.sscspark.pattern.SscPattern;
import org.sscspark.spark.LocalSpark;

/** The programs of docs/dl4j.md. */
@ExtendWith(LocalSpark.class)
class DocumentedUseTest {
  @Test
  void aSparseConvolutionTrainsOnSpark(JavaSparkContext spark) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(0.01))
            .weightInit(WeightInit.RELU)
            .activation(Activation.RELU)
            .convolutionMode(ConvolutionMode.Same)
            .list()
            .layer(new ConvolutionLayer.Builder(3, 3).nOut(16).build())
            .layer(new SscConvolution.Builder(SscPattern.hetConv(4)).nOut(32).stride(2, 1).build())
            .layer(new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build())
            .setInputType(InputType.convolutional(32, 32, 3))
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    JavaRDD<DataSet> dataSets =
        spark.parallelize(
            List.of(
                new DataSet(
                    Nd4j.rand(0, 1, Nd4j.getRandomFactory().getNewRandomInstance(7), 4, 3, 32, 32)
                        .castTo(DataType.FLOAT),
                    Nd4j.eye(10).getRows(0, 1, 2, 3).castTo(DataType.FLOAT))));

    SparseAveragingMaster master =
        new SparseAveragingMaster.Builder().averagingFrequency(5).batchSizePerWorker(32).build();
    SparkDl4jMultiLayer trained = new SparkDl4jMultiLayer(spark, network, master);
    trained.setListeners(new ScoreIterationListener(10));
    for (int epoch = 0; epoch < 10; epoch++) {
      trained.fit(dataSets);
    }

    // A full and three pointwise kernels of four: 12 of 36 weights.
    assertThat(network.getParam("1_W").length()).isEqualTo(32 * 16 * 12 / 4);
    assertThat(trained.getScore()).isBetween(0.0, 2.0);
    assertThat(network.getEpochCount()).isEqualTo(10);
  }
}
