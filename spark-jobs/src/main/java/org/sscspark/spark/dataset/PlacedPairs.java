package org.sscspark.spark.dataset;

import java.util.Iterator;
import org.sscspark.data.sharding.ExamplePlace;
import org.sscspark.data.sharding.PlacedImage;
import scala.Tuple2;

/** Images by their places, as Spark shuffles them. */
record PlacedPairs(Iterator<PlacedImage> images)
    implements Iterator<Tuple2<ExamplePlace, PlacedImage>> {
  @Override
  public boolean hasNext() {
    return images.hasNext();
  }

  @Override
  public Tuple2<ExamplePlace, PlacedImage> next() {
    PlacedImage image = images.next();
    return new Tuple2<>(image.place(), image);
  }
}
