/**
 * Networks on an NVIDIA GPU: kernels in CUDA C++, compiled for the GPU at hand by NVRTC and started
 * through the CUDA driver. A warp's threads are images; weights that do not exist cost nothing.
 */
package org.sscspark.engine.cuda;
