package org.sscspark.engine.lane;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register blocks of a correlation: F filters x P positions of sums, all in registers while one
 * loop runs over the taps. Each is a method of its own, too long for the compiler to inline:
 * inlined into the loop over positions, that loop's variables push the addresses of this one out of
 * the 16 general registers.
 */
final class VectorBlocks {
  private static final VectorSpecies<Float> SPECIES = VectorArithmetic.SPECIES;

  private VectorBlocks() {}

  /** 4 filters x 2 positions. */
  static void dot4x2(
      Correlation plan, int block, float[] in, float[] out, int i, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    int[] offsets = plan.tapOffsets;
    float[] weights = plan.weights;
    int w = plan.firstWeight[block];
    int c = plan.firstChannel[block];
    int from0 = from[i + 0];
    int from1 = from[i + 1];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    int channel2 = plan.channelOffsets[c + 2];
    int channel3 = plan.channelOffsets[c + 3];
    FloatVector s00;
    FloatVector s01;
    FloatVector s10;
    FloatVector s11;
    FloatVector s20;
    FloatVector s21;
    FloatVector s30;
    FloatVector s31;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel0);
      s01 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel0);
      s10 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel1);
      s11 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel1);
      s20 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel2);
      s21 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel2);
      s30 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel3);
      s31 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel3);
    } else {
      s00 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s01 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s10 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s11 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s20 = FloatVector.broadcast(SPECIES, weights[w + 2]);
      s21 = FloatVector.broadcast(SPECIES, weights[w + 2]);
      s30 = FloatVector.broadcast(SPECIES, weights[w + 3]);
      s31 = FloatVector.broadcast(SPECIES, weights[w + 3]);
    }
    int first = plan.firstTap[block];
    int last = first + plan.taps[block];
    for (int t = first; t < last; t++) {
      w += 4;
      int offset = offsets[t];
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, from0 + offset);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, from1 + offset);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s00 = x0.fma(w0, s00);
      s01 = x1.fma(w0, s01);
      FloatVector w1 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s10 = x0.fma(w1, s10);
      s11 = x1.fma(w1, s11);
      FloatVector w2 = FloatVector.broadcast(SPECIES, weights[w + 2]);
      s20 = x0.fma(w2, s20);
      s21 = x1.fma(w2, s21);
      FloatVector w3 = FloatVector.broadcast(SPECIES, weights[w + 3]);
      s30 = x0.fma(w3, s30);
      s31 = x1.fma(w3, s31);
    }
    s00.intoArray(out, to[i + 0] + channel0);
    s01.intoArray(out, to[i + 1] + channel0);
    s10.intoArray(out, to[i + 0] + channel1);
    s11.intoArray(out, to[i + 1] + channel1);
    s20.intoArray(out, to[i + 0] + channel2);
    s21.intoArray(out, to[i + 1] + channel2);
    s30.intoArray(out, to[i + 0] + channel3);
    s31.intoArray(out, to[i + 1] + channel3);
  }

  /** 2 filters x 4 positions. */
  static void dot2x4(
      Correlation plan, int block, float[] in, float[] out, int i, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    int[] offsets = plan.tapOffsets;
    float[] weights = plan.weights;
    int w = plan.firstWeight[block];
    int c = plan.firstChannel[block];
    int from0 = from[i + 0];
    int from1 = from[i + 1];
    int from2 = from[i + 2];
    int from3 = from[i + 3];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    FloatVector s00;
    FloatVector s01;
    FloatVector s02;
    FloatVector s03;
    FloatVector s10;
    FloatVector s11;
    FloatVector s12;
    FloatVector s13;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel0);
      s01 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel0);
      s02 = FloatVector.fromArray(SPECIES, out, to[i + 2] + channel0);
      s03 = FloatVector.fromArray(SPECIES, out, to[i + 3] + channel0);
      s10 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel1);
      s11 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel1);
      s12 = FloatVector.fromArray(SPECIES, out, to[i + 2] + channel1);
      s13 = FloatVector.fromArray(SPECIES, out, to[i + 3] + channel1);
    } else {
      s00 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s01 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s02 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s03 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s10 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s11 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s12 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s13 = FloatVector.broadcast(SPECIES, weights[w + 1]);
    }
    int first = plan.firstTap[block];
    int last = first + plan.taps[block];
    for (int t = first; t < last; t++) {
      w += 2;
      int offset = offsets[t];
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, from0 + offset);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, from1 + offset);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, from2 + offset);
      FloatVector x3 = FloatVector.fromArray(SPECIES, in, from3 + offset);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s00 = x0.fma(w0, s00);
      s01 = x1.fma(w0, s01);
      s02 = x2.fma(w0, s02);
      s03 = x3.fma(w0, s03);
      FloatVector w1 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s10 = x0.fma(w1, s10);
      s11 = x1.fma(w1, s11);
      s12 = x2.fma(w1, s12);
      s13 = x3.fma(w1, s13);
    }
    s00.intoArray(out, to[i + 0] + channel0);
    s01.intoArray(out, to[i + 1] + channel0);
    s02.intoArray(out, to[i + 2] + channel0);
    s03.intoArray(out, to[i + 3] + channel0);
    s10.intoArray(out, to[i + 0] + channel1);
    s11.intoArray(out, to[i + 1] + channel1);
    s12.intoArray(out, to[i + 2] + channel1);
    s13.intoArray(out, to[i + 3] + channel1);
  }

  /** 1 filters x 8 positions. */
  static void dot1x8(
      Correlation plan, int block, float[] in, float[] out, int i, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    int[] offsets = plan.tapOffsets;
    float[] weights = plan.weights;
    int w = plan.firstWeight[block];
    int c = plan.firstChannel[block];
    int from0 = from[i + 0];
    int from1 = from[i + 1];
    int from2 = from[i + 2];
    int from3 = from[i + 3];
    int from4 = from[i + 4];
    int from5 = from[i + 5];
    int from6 = from[i + 6];
    int from7 = from[i + 7];
    int channel0 = plan.channelOffsets[c + 0];
    FloatVector s00;
    FloatVector s01;
    FloatVector s02;
    FloatVector s03;
    FloatVector s04;
    FloatVector s05;
    FloatVector s06;
    FloatVector s07;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel0);
      s01 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel0);
      s02 = FloatVector.fromArray(SPECIES, out, to[i + 2] + channel0);
      s03 = FloatVector.fromArray(SPECIES, out, to[i + 3] + channel0);
      s04 = FloatVector.fromArray(SPECIES, out, to[i + 4] + channel0);
      s05 = FloatVector.fromArray(SPECIES, out, to[i + 5] + channel0);
      s06 = FloatVector.fromArray(SPECIES, out, to[i + 6] + channel0);
      s07 = FloatVector.fromArray(SPECIES, out, to[i + 7] + channel0);
    } else {
      s00 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s01 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s02 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s03 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s04 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s05 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s06 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s07 = FloatVector.broadcast(SPECIES, weights[w + 0]);
    }
    int first = plan.firstTap[block];
    int last = first + plan.taps[block];
    for (int t = first; t < last; t++) {
      w += 1;
      int offset = offsets[t];
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, from0 + offset);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, from1 + offset);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, from2 + offset);
      FloatVector x3 = FloatVector.fromArray(SPECIES, in, from3 + offset);
      FloatVector x4 = FloatVector.fromArray(SPECIES, in, from4 + offset);
      FloatVector x5 = FloatVector.fromArray(SPECIES, in, from5 + offset);
      FloatVector x6 = FloatVector.fromArray(SPECIES, in, from6 + offset);
      FloatVector x7 = FloatVector.fromArray(SPECIES, in, from7 + offset);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s00 = x0.fma(w0, s00);
      s01 = x1.fma(w0, s01);
      s02 = x2.fma(w0, s02);
      s03 = x3.fma(w0, s03);
      s04 = x4.fma(w0, s04);
      s05 = x5.fma(w0, s05);
      s06 = x6.fma(w0, s06);
      s07 = x7.fma(w0, s07);
    }
    s00.intoArray(out, to[i + 0] + channel0);
    s01.intoArray(out, to[i + 1] + channel0);
    s02.intoArray(out, to[i + 2] + channel0);
    s03.intoArray(out, to[i + 3] + channel0);
    s04.intoArray(out, to[i + 4] + channel0);
    s05.intoArray(out, to[i + 5] + channel0);
    s06.intoArray(out, to[i + 6] + channel0);
    s07.intoArray(out, to[i + 7] + channel0);
  }

  /** 8 filters x 2 positions. */
  static void dot8x2(
      Correlation plan, int block, float[] in, float[] out, int i, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    int[] offsets = plan.tapOffsets;
    float[] weights = plan.weights;
    int w = plan.firstWeight[block];
    int c = plan.firstChannel[block];
    int from0 = from[i + 0];
    int from1 = from[i + 1];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    int channel2 = plan.channelOffsets[c + 2];
    int channel3 = plan.channelOffsets[c + 3];
    int channel4 = plan.channelOffsets[c + 4];
    int channel5 = plan.channelOffsets[c + 5];
    int channel6 = plan.channelOffsets[c + 6];
    int channel7 = plan.channelOffsets[c + 7];
    FloatVector s00;
    FloatVector s01;
    FloatVector s10;
    FloatVector s11;
    FloatVector s20;
    FloatVector s21;
    FloatVector s30;
    FloatVector s31;
    FloatVector s40;
    FloatVector s41;
    FloatVector s50;
    FloatVector s51;
    FloatVector s60;
    FloatVector s61;
    FloatVector s70;
    FloatVector s71;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel0);
      s01 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel0);
      s10 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel1);
      s11 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel1);
      s20 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel2);
      s21 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel2);
      s30 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel3);
      s31 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel3);
      s40 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel4);
      s41 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel4);
      s50 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel5);
      s51 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel5);
      s60 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel6);
      s61 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel6);
      s70 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel7);
      s71 = FloatVector.fromArray(SPECIES, out, to[i + 1] + channel7);
    } else {
      s00 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s01 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s10 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s11 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s20 = FloatVector.broadcast(SPECIES, weights[w + 2]);
      s21 = FloatVector.broadcast(SPECIES, weights[w + 2]);
      s30 = FloatVector.broadcast(SPECIES, weights[w + 3]);
      s31 = FloatVector.broadcast(SPECIES, weights[w + 3]);
      s40 = FloatVector.broadcast(SPECIES, weights[w + 4]);
      s41 = FloatVector.broadcast(SPECIES, weights[w + 4]);
      s50 = FloatVector.broadcast(SPECIES, weights[w + 5]);
      s51 = FloatVector.broadcast(SPECIES, weights[w + 5]);
      s60 = FloatVector.broadcast(SPECIES, weights[w + 6]);
      s61 = FloatVector.broadcast(SPECIES, weights[w + 6]);
      s70 = FloatVector.broadcast(SPECIES, weights[w + 7]);
      s71 = FloatVector.broadcast(SPECIES, weights[w + 7]);
    }
    int first = plan.firstTap[block];
    int last = first + plan.taps[block];
    for (int t = first; t < last; t++) {
      w += 8;
      int offset = offsets[t];
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, from0 + offset);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, from1 + offset);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s00 = x0.fma(w0, s00);
      s01 = x1.fma(w0, s01);
      FloatVector w1 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s10 = x0.fma(w1, s10);
      s11 = x1.fma(w1, s11);
      FloatVector w2 = FloatVector.broadcast(SPECIES, weights[w + 2]);
      s20 = x0.fma(w2, s20);
      s21 = x1.fma(w2, s21);
      FloatVector w3 = FloatVector.broadcast(SPECIES, weights[w + 3]);
      s30 = x0.fma(w3, s30);
      s31 = x1.fma(w3, s31);
      FloatVector w4 = FloatVector.broadcast(SPECIES, weights[w + 4]);
      s40 = x0.fma(w4, s40);
      s41 = x1.fma(w4, s41);
      FloatVector w5 = FloatVector.broadcast(SPECIES, weights[w + 5]);
      s50 = x0.fma(w5, s50);
      s51 = x1.fma(w5, s51);
      FloatVector w6 = FloatVector.broadcast(SPECIES, weights[w + 6]);
      s60 = x0.fma(w6, s60);
      s61 = x1.fma(w6, s61);
      FloatVector w7 = FloatVector.broadcast(SPECIES, weights[w + 7]);
      s70 = x0.fma(w7, s70);
      s71 = x1.fma(w7, s71);
    }
    s00.intoArray(out, to[i + 0] + channel0);
    s01.intoArray(out, to[i + 1] + channel0);
    s10.intoArray(out, to[i + 0] + channel1);
    s11.intoArray(out, to[i + 1] + channel1);
    s20.intoArray(out, to[i + 0] + channel2);
    s21.intoArray(out, to[i + 1] + channel2);
    s30.intoArray(out, to[i + 0] + channel3);
    s31.intoArray(out, to[i + 1] + channel3);
    s40.intoArray(out, to[i + 0] + channel4);
    s41.intoArray(out, to[i + 1] + channel4);
    s50.intoArray(out, to[i + 0] + channel5);
    s51.intoArray(out, to[i + 1] + channel5);
    s60.intoArray(out, to[i + 0] + channel6);
    s61.intoArray(out, to[i + 1] + channel6);
    s70.intoArray(out, to[i + 0] + channel7);
    s71.intoArray(out, to[i + 1] + channel7);
  }

  /** 8 filters x 1 positions. */
  static void dot8x1(
      Correlation plan, int block, float[] in, float[] out, int i, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    int[] offsets = plan.tapOffsets;
    float[] weights = plan.weights;
    int w = plan.firstWeight[block];
    int c = plan.firstChannel[block];
    int from0 = from[i + 0];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    int channel2 = plan.channelOffsets[c + 2];
    int channel3 = plan.channelOffsets[c + 3];
    int channel4 = plan.channelOffsets[c + 4];
    int channel5 = plan.channelOffsets[c + 5];
    int channel6 = plan.channelOffsets[c + 6];
    int channel7 = plan.channelOffsets[c + 7];
    FloatVector s00;
    FloatVector s10;
    FloatVector s20;
    FloatVector s30;
    FloatVector s40;
    FloatVector s50;
    FloatVector s60;
    FloatVector s70;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel0);
      s10 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel1);
      s20 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel2);
      s30 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel3);
      s40 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel4);
      s50 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel5);
      s60 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel6);
      s70 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel7);
    } else {
      s00 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s10 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s20 = FloatVector.broadcast(SPECIES, weights[w + 2]);
      s30 = FloatVector.broadcast(SPECIES, weights[w + 3]);
      s40 = FloatVector.broadcast(SPECIES, weights[w + 4]);
      s50 = FloatVector.broadcast(SPECIES, weights[w + 5]);
      s60 = FloatVector.broadcast(SPECIES, weights[w + 6]);
      s70 = FloatVector.broadcast(SPECIES, weights[w + 7]);
    }
    int first = plan.firstTap[block];
    int last = first + plan.taps[block];
    for (int t = first; t < last; t++) {
      w += 8;
      int offset = offsets[t];
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, from0 + offset);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s00 = x0.fma(w0, s00);
      FloatVector w1 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s10 = x0.fma(w1, s10);
      FloatVector w2 = FloatVector.broadcast(SPECIES, weights[w + 2]);
      s20 = x0.fma(w2, s20);
      FloatVector w3 = FloatVector.broadcast(SPECIES, weights[w + 3]);
      s30 = x0.fma(w3, s30);
      FloatVector w4 = FloatVector.broadcast(SPECIES, weights[w + 4]);
      s40 = x0.fma(w4, s40);
      FloatVector w5 = FloatVector.broadcast(SPECIES, weights[w + 5]);
      s50 = x0.fma(w5, s50);
      FloatVector w6 = FloatVector.broadcast(SPECIES, weights[w + 6]);
      s60 = x0.fma(w6, s60);
      FloatVector w7 = FloatVector.broadcast(SPECIES, weights[w + 7]);
      s70 = x0.fma(w7, s70);
    }
    s00.intoArray(out, to[i + 0] + channel0);
    s10.intoArray(out, to[i + 0] + channel1);
    s20.intoArray(out, to[i + 0] + channel2);
    s30.intoArray(out, to[i + 0] + channel3);
    s40.intoArray(out, to[i + 0] + channel4);
    s50.intoArray(out, to[i + 0] + channel5);
    s60.intoArray(out, to[i + 0] + channel6);
    s70.intoArray(out, to[i + 0] + channel7);
  }

  /** 4 filters x 1 positions. */
  static void dot4x1(
      Correlation plan, int block, float[] in, float[] out, int i, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    int[] offsets = plan.tapOffsets;
    float[] weights = plan.weights;
    int w = plan.firstWeight[block];
    int c = plan.firstChannel[block];
    int from0 = from[i + 0];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    int channel2 = plan.channelOffsets[c + 2];
    int channel3 = plan.channelOffsets[c + 3];
    FloatVector s00;
    FloatVector s10;
    FloatVector s20;
    FloatVector s30;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel0);
      s10 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel1);
      s20 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel2);
      s30 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel3);
    } else {
      s00 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s10 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s20 = FloatVector.broadcast(SPECIES, weights[w + 2]);
      s30 = FloatVector.broadcast(SPECIES, weights[w + 3]);
    }
    int first = plan.firstTap[block];
    int last = first + plan.taps[block];
    for (int t = first; t < last; t++) {
      w += 4;
      int offset = offsets[t];
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, from0 + offset);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s00 = x0.fma(w0, s00);
      FloatVector w1 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s10 = x0.fma(w1, s10);
      FloatVector w2 = FloatVector.broadcast(SPECIES, weights[w + 2]);
      s20 = x0.fma(w2, s20);
      FloatVector w3 = FloatVector.broadcast(SPECIES, weights[w + 3]);
      s30 = x0.fma(w3, s30);
    }
    s00.intoArray(out, to[i + 0] + channel0);
    s10.intoArray(out, to[i + 0] + channel1);
    s20.intoArray(out, to[i + 0] + channel2);
    s30.intoArray(out, to[i + 0] + channel3);
  }

  /** 2 filters x 1 positions. */
  static void dot2x1(
      Correlation plan, int block, float[] in, float[] out, int i, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    int[] offsets = plan.tapOffsets;
    float[] weights = plan.weights;
    int w = plan.firstWeight[block];
    int c = plan.firstChannel[block];
    int from0 = from[i + 0];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    FloatVector s00;
    FloatVector s10;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel0);
      s10 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel1);
    } else {
      s00 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s10 = FloatVector.broadcast(SPECIES, weights[w + 1]);
    }
    int first = plan.firstTap[block];
    int last = first + plan.taps[block];
    for (int t = first; t < last; t++) {
      w += 2;
      int offset = offsets[t];
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, from0 + offset);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s00 = x0.fma(w0, s00);
      FloatVector w1 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      s10 = x0.fma(w1, s10);
    }
    s00.intoArray(out, to[i + 0] + channel0);
    s10.intoArray(out, to[i + 0] + channel1);
  }

  /** 1 filters x 1 positions. */
  static void dot1x1(
      Correlation plan, int block, float[] in, float[] out, int i, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    int[] offsets = plan.tapOffsets;
    float[] weights = plan.weights;
    int w = plan.firstWeight[block];
    int c = plan.firstChannel[block];
    int from0 = from[i + 0];
    int channel0 = plan.channelOffsets[c + 0];
    FloatVector s00;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel0);
    } else {
      s00 = FloatVector.broadcast(SPECIES, weights[w + 0]);
    }
    int first = plan.firstTap[block];
    int last = first + plan.taps[block];
    for (int t = first; t < last; t++) {
      w += 1;
      int offset = offsets[t];
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, from0 + offset);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[w + 0]);
      s00 = x0.fma(w0, s00);
    }
    s00.intoArray(out, to[i + 0] + channel0);
  }
}
