package org.sscspark.spark.dl4j;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.spark.data.loader.RemoteFileSource;
import org.nd4j.common.loader.Loader;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Loads minibatches from paths, each from the file system that its scheme names.
 *
 * @param <D> what a file holds
 */
final class PathLoader<D> implements Function<String, MultiDataSet> {
  private static final long serialVersionUID = 1L;

  private final SerializableConfiguration hadoop;
  private final Loader<D> loader;
  private final Function<D, MultiDataSet> minibatch;

  private PathLoader(Configuration hadoop, Loader<D> loader, Function<D, MultiDataSet> minibatch) {
    this.hadoop = new SerializableConfiguration(hadoop);
    this.loader = loader;
    this.minibatch = minibatch;
  }

  static PathLoader<?> ofDataSets(Configuration hadoop, DataSetLoader loader) {
    return new PathLoader<>(hadoop, loader, dataSet -> dataSet.toMultiDataSet());
  }

  static PathLoader<?> ofMultiDataSets(Configuration hadoop, MultiDataSetLoader loader) {
    return new PathLoader<>(hadoop, loader, minibatch -> minibatch);
  }

  @Override
  public MultiDataSet call(String location) throws Exception {
    FileSystem files = new Path(location).getFileSystem(hadoop.value());
    return minibatch.call(loader.load(new RemoteFileSource(location, files)));
  }
}
