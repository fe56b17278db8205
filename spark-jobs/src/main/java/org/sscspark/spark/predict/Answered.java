package org.sscspark.spark.predict;

/** Something with an image, and what a network says of the image. */
public record Answered<T>(T item, Prediction answer) {}
