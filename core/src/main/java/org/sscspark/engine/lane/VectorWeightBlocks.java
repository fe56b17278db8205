package org.sscspark.engine.lane;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register blocks of a weight gradient: F filters x T taps of sums, all in registers while one
 * loop runs over the positions.
 */
final class VectorWeightBlocks {
  private static final VectorSpecies<Float> SPECIES = VectorArithmetic.SPECIES;
  private static final int LANES = SPECIES.length();

  private VectorWeightBlocks() {}

  /** 8 filters x 2 taps. */
  static void sum8x2(
      WeightGradient plan,
      int block,
      float[] in,
      float[] outGradient,
      float[] sums,
      int first,
      int last) {
    int[] from = plan.from;
    int[] to = plan.to;
    int at = plan.firstSum[block];
    int c = plan.firstChannel[block];
    int tap = plan.firstTap[block];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    int channel2 = plan.channelOffsets[c + 2];
    int channel3 = plan.channelOffsets[c + 3];
    int channel4 = plan.channelOffsets[c + 4];
    int channel5 = plan.channelOffsets[c + 5];
    int channel6 = plan.channelOffsets[c + 6];
    int channel7 = plan.channelOffsets[c + 7];
    int offset0 = plan.tapOffsets[tap + 0];
    int offset1 = plan.tapOffsets[tap + 1];
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, at + 0 * LANES);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, at + 1 * LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, at + 2 * LANES);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, at + 3 * LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, sums, at + 4 * LANES);
    FloatVector s21 = FloatVector.fromArray(SPECIES, sums, at + 5 * LANES);
    FloatVector s30 = FloatVector.fromArray(SPECIES, sums, at + 6 * LANES);
    FloatVector s31 = FloatVector.fromArray(SPECIES, sums, at + 7 * LANES);
    FloatVector s40 = FloatVector.fromArray(SPECIES, sums, at + 8 * LANES);
    FloatVector s41 = FloatVector.fromArray(SPECIES, sums, at + 9 * LANES);
    FloatVector s50 = FloatVector.fromArray(SPECIES, sums, at + 10 * LANES);
    FloatVector s51 = FloatVector.fromArray(SPECIES, sums, at + 11 * LANES);
    FloatVector s60 = FloatVector.fromArray(SPECIES, sums, at + 12 * LANES);
    FloatVector s61 = FloatVector.fromArray(SPECIES, sums, at + 13 * LANES);
    FloatVector s70 = FloatVector.fromArray(SPECIES, sums, at + 14 * LANES);
    FloatVector s71 = FloatVector.fromArray(SPECIES, sums, at + 15 * LANES);
    for (int i = first; i < last; i += 1) {
      int x = from[i];
      int y = to[i];
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, x + offset0);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, x + offset1);
      FloatVector y0 = FloatVector.fromArray(SPECIES, outGradient, y + channel0);
      s00 = y0.fma(x0, s00);
      s01 = y0.fma(x1, s01);
      FloatVector y1 = FloatVector.fromArray(SPECIES, outGradient, y + channel1);
      s10 = y1.fma(x0, s10);
      s11 = y1.fma(x1, s11);
      FloatVector y2 = FloatVector.fromArray(SPECIES, outGradient, y + channel2);
      s20 = y2.fma(x0, s20);
      s21 = y2.fma(x1, s21);
      FloatVector y3 = FloatVector.fromArray(SPECIES, outGradient, y + channel3);
      s30 = y3.fma(x0, s30);
      s31 = y3.fma(x1, s31);
      FloatVector y4 = FloatVector.fromArray(SPECIES, outGradient, y + channel4);
      s40 = y4.fma(x0, s40);
      s41 = y4.fma(x1, s41);
      FloatVector y5 = FloatVector.fromArray(SPECIES, outGradient, y + channel5);
      s50 = y5.fma(x0, s50);
      s51 = y5.fma(x1, s51);
      FloatVector y6 = FloatVector.fromArray(SPECIES, outGradient, y + channel6);
      s60 = y6.fma(x0, s60);
      s61 = y6.fma(x1, s61);
      FloatVector y7 = FloatVector.fromArray(SPECIES, outGradient, y + channel7);
      s70 = y7.fma(x0, s70);
      s71 = y7.fma(x1, s71);
    }
    s00.intoArray(sums, at + 0 * LANES);
    s01.intoArray(sums, at + 1 * LANES);
    s10.intoArray(sums, at + 2 * LANES);
    s11.intoArray(sums, at + 3 * LANES);
    s20.intoArray(sums, at + 4 * LANES);
    s21.intoArray(sums, at + 5 * LANES);
    s30.intoArray(sums, at + 6 * LANES);
    s31.intoArray(sums, at + 7 * LANES);
    s40.intoArray(sums, at + 8 * LANES);
    s41.intoArray(sums, at + 9 * LANES);
    s50.intoArray(sums, at + 10 * LANES);
    s51.intoArray(sums, at + 11 * LANES);
    s60.intoArray(sums, at + 12 * LANES);
    s61.intoArray(sums, at + 13 * LANES);
    s70.intoArray(sums, at + 14 * LANES);
    s71.intoArray(sums, at + 15 * LANES);
  }

  /** 4 filters x 3 taps. */
  static void sum4x3(
      WeightGradient plan,
      int block,
      float[] in,
      float[] outGradient,
      float[] sums,
      int first,
      int last) {
    int[] from = plan.from;
    int[] to = plan.to;
    int at = plan.firstSum[block];
    int c = plan.firstChannel[block];
    int tap = plan.firstTap[block];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    int channel2 = plan.channelOffsets[c + 2];
    int channel3 = plan.channelOffsets[c + 3];
    int offset0 = plan.tapOffsets[tap + 0];
    int offset1 = plan.tapOffsets[tap + 1];
    int offset2 = plan.tapOffsets[tap + 2];
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, at + 0 * LANES);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, at + 1 * LANES);
    FloatVector s02 = FloatVector.fromArray(SPECIES, sums, at + 2 * LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, at + 3 * LANES);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, at + 4 * LANES);
    FloatVector s12 = FloatVector.fromArray(SPECIES, sums, at + 5 * LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, sums, at + 6 * LANES);
    FloatVector s21 = FloatVector.fromArray(SPECIES, sums, at + 7 * LANES);
    FloatVector s22 = FloatVector.fromArray(SPECIES, sums, at + 8 * LANES);
    FloatVector s30 = FloatVector.fromArray(SPECIES, sums, at + 9 * LANES);
    FloatVector s31 = FloatVector.fromArray(SPECIES, sums, at + 10 * LANES);
    FloatVector s32 = FloatVector.fromArray(SPECIES, sums, at + 11 * LANES);
    for (int i = first; i < last; i += 1) {
      int x = from[i];
      int y = to[i];
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, x + offset0);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, x + offset1);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, x + offset2);
      FloatVector y0 = FloatVector.fromArray(SPECIES, outGradient, y + channel0);
      s00 = y0.fma(x0, s00);
      s01 = y0.fma(x1, s01);
      s02 = y0.fma(x2, s02);
      FloatVector y1 = FloatVector.fromArray(SPECIES, outGradient, y + channel1);
      s10 = y1.fma(x0, s10);
      s11 = y1.fma(x1, s11);
      s12 = y1.fma(x2, s12);
      FloatVector y2 = FloatVector.fromArray(SPECIES, outGradient, y + channel2);
      s20 = y2.fma(x0, s20);
      s21 = y2.fma(x1, s21);
      s22 = y2.fma(x2, s22);
      FloatVector y3 = FloatVector.fromArray(SPECIES, outGradient, y + channel3);
      s30 = y3.fma(x0, s30);
      s31 = y3.fma(x1, s31);
      s32 = y3.fma(x2, s32);
    }
    s00.intoArray(sums, at + 0 * LANES);
    s01.intoArray(sums, at + 1 * LANES);
    s02.intoArray(sums, at + 2 * LANES);
    s10.intoArray(sums, at + 3 * LANES);
    s11.intoArray(sums, at + 4 * LANES);
    s12.intoArray(sums, at + 5 * LANES);
    s20.intoArray(sums, at + 6 * LANES);
    s21.intoArray(sums, at + 7 * LANES);
    s22.intoArray(sums, at + 8 * LANES);
    s30.intoArray(sums, at + 9 * LANES);
    s31.intoArray(sums, at + 10 * LANES);
    s32.intoArray(sums, at + 11 * LANES);
  }

  /** 2 filters x 5 taps. */
  static void sum2x5(
      WeightGradient plan,
      int block,
      float[] in,
      float[] outGradient,
      float[] sums,
      int first,
      int last) {
    int[] from = plan.from;
    int[] to = plan.to;
    int at = plan.firstSum[block];
    int c = plan.firstChannel[block];
    int tap = plan.firstTap[block];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    int offset0 = plan.tapOffsets[tap + 0];
    int offset1 = plan.tapOffsets[tap + 1];
    int offset2 = plan.tapOffsets[tap + 2];
    int offset3 = plan.tapOffsets[tap + 3];
    int offset4 = plan.tapOffsets[tap + 4];
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, at + 0 * LANES);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, at + 1 * LANES);
    FloatVector s02 = FloatVector.fromArray(SPECIES, sums, at + 2 * LANES);
    FloatVector s03 = FloatVector.fromArray(SPECIES, sums, at + 3 * LANES);
    FloatVector s04 = FloatVector.fromArray(SPECIES, sums, at + 4 * LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, at + 5 * LANES);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, at + 6 * LANES);
    FloatVector s12 = FloatVector.fromArray(SPECIES, sums, at + 7 * LANES);
    FloatVector s13 = FloatVector.fromArray(SPECIES, sums, at + 8 * LANES);
    FloatVector s14 = FloatVector.fromArray(SPECIES, sums, at + 9 * LANES);
    for (int i = first; i < last; i += 1) {
      int x = from[i];
      int y = to[i];
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, x + offset0);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, x + offset1);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, x + offset2);
      FloatVector x3 = FloatVector.fromArray(SPECIES, in, x + offset3);
      FloatVector x4 = FloatVector.fromArray(SPECIES, in, x + offset4);
      FloatVector y0 = FloatVector.fromArray(SPECIES, outGradient, y + channel0);
      s00 = y0.fma(x0, s00);
      s01 = y0.fma(x1, s01);
      s02 = y0.fma(x2, s02);
      s03 = y0.fma(x3, s03);
      s04 = y0.fma(x4, s04);
      FloatVector y1 = FloatVector.fromArray(SPECIES, outGradient, y + channel1);
      s10 = y1.fma(x0, s10);
      s11 = y1.fma(x1, s11);
      s12 = y1.fma(x2, s12);
      s13 = y1.fma(x3, s13);
      s14 = y1.fma(x4, s14);
    }
    s00.intoArray(sums, at + 0 * LANES);
    s01.intoArray(sums, at + 1 * LANES);
    s02.intoArray(sums, at + 2 * LANES);
    s03.intoArray(sums, at + 3 * LANES);
    s04.intoArray(sums, at + 4 * LANES);
    s10.intoArray(sums, at + 5 * LANES);
    s11.intoArray(sums, at + 6 * LANES);
    s12.intoArray(sums, at + 7 * LANES);
    s13.intoArray(sums, at + 8 * LANES);
    s14.intoArray(sums, at + 9 * LANES);
  }

  /** 1 filters x 8 taps. */
  static void sum1x8(
      WeightGradient plan,
      int block,
      float[] in,
      float[] outGradient,
      float[] sums,
      int first,
      int last) {
    int[] from = plan.from;
    int[] to = plan.to;
    int at = plan.firstSum[block];
    int c = plan.firstChannel[block];
    int tap = plan.firstTap[block];
    int channel0 = plan.channelOffsets[c + 0];
    int offset0 = plan.tapOffsets[tap + 0];
    int offset1 = plan.tapOffsets[tap + 1];
    int offset2 = plan.tapOffsets[tap + 2];
    int offset3 = plan.tapOffsets[tap + 3];
    int offset4 = plan.tapOffsets[tap + 4];
    int offset5 = plan.tapOffsets[tap + 5];
    int offset6 = plan.tapOffsets[tap + 6];
    int offset7 = plan.tapOffsets[tap + 7];
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, at + 0 * LANES);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, at + 1 * LANES);
    FloatVector s02 = FloatVector.fromArray(SPECIES, sums, at + 2 * LANES);
    FloatVector s03 = FloatVector.fromArray(SPECIES, sums, at + 3 * LANES);
    FloatVector s04 = FloatVector.fromArray(SPECIES, sums, at + 4 * LANES);
    FloatVector s05 = FloatVector.fromArray(SPECIES, sums, at + 5 * LANES);
    FloatVector s06 = FloatVector.fromArray(SPECIES, sums, at + 6 * LANES);
    FloatVector s07 = FloatVector.fromArray(SPECIES, sums, at + 7 * LANES);
    for (int i = first; i < last; i += 1) {
      int x = from[i];
      int y = to[i];
      FloatVector x0 = FloatVector.fromArray(SPECIES, in, x + offset0);
      FloatVector x1 = FloatVector.fromArray(SPECIES, in, x + offset1);
      FloatVector x2 = FloatVector.fromArray(SPECIES, in, x + offset2);
      FloatVector x3 = FloatVector.fromArray(SPECIES, in, x + offset3);
      FloatVector x4 = FloatVector.fromArray(SPECIES, in, x + offset4);
      FloatVector x5 = FloatVector.fromArray(SPECIES, in, x + offset5);
      FloatVector x6 = FloatVector.fromArray(SPECIES, in, x + offset6);
      FloatVector x7 = FloatVector.fromArray(SPECIES, in, x + offset7);
      FloatVector y0 = FloatVector.fromArray(SPECIES, outGradient, y + channel0);
      s00 = y0.fma(x0, s00);
      s01 = y0.fma(x1, s01);
      s02 = y0.fma(x2, s02);
      s03 = y0.fma(x3, s03);
      s04 = y0.fma(x4, s04);
      s05 = y0.fma(x5, s05);
      s06 = y0.fma(x6, s06);
      s07 = y0.fma(x7, s07);
    }
    s00.intoArray(sums, at + 0 * LANES);
    s01.intoArray(sums, at + 1 * LANES);
    s02.intoArray(sums, at + 2 * LANES);
    s03.intoArray(sums, at + 3 * LANES);
    s04.intoArray(sums, at + 4 * LANES);
    s05.intoArray(sums, at + 5 * LANES);
    s06.intoArray(sums, at + 6 * LANES);
    s07.intoArray(sums, at + 7 * LANES);
  }
}
