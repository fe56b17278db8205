/** Trained models for other programs, and theirs for training: ONNX and NumPy files. */
package org.sscspark.exchange;
