package org.sscspark.engine.lane;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register blocks of a correlation: F filters x P positions of sums, all in registers while the
 * inner loop runs over pairs of taps. What limits these loops is the number of instructions beside
 * the multiply-adds and the 16 general registers, so taps come in pairs, and offsets lie between
 * the weights, in one array: pairs and one array brought 4 x 2 from 57 % to 68 % of the core's
 * peak. Blocks "InRow" know that their positions lie side by side in fours, which saves addresses
 * and bounds checks. Each method computes whole blocks from position i on and returns the first
 * position that is left.
 */
final class VectorBlocks {
  private static final VectorSpecies<Float> SPECIES = VectorArithmetic.SPECIES;
  private static final int LANES = SPECIES.length();

  private VectorBlocks() {}

  /** 8 filters x 2 positions. */
  static int dot8x2(
      Correlation plan, int block, float[] in, float[] out, int i, int end, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    float[] program = plan.program;
    int first = plan.firstStep[block];
    int last = plan.firstStep[block + 1];
    int c = plan.firstChannel[block];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    int channel2 = plan.channelOffsets[c + 2];
    int channel3 = plan.channelOffsets[c + 3];
    int channel4 = plan.channelOffsets[c + 4];
    int channel5 = plan.channelOffsets[c + 5];
    int channel6 = plan.channelOffsets[c + 6];
    int channel7 = plan.channelOffsets[c + 7];
    for (; i + 2 <= end; i += 2) {
      int from0 = from[i + 0];
      int from1 = from[i + 1];
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
        s00 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s01 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s10 = FloatVector.broadcast(SPECIES, program[first + 1]);
        s11 = FloatVector.broadcast(SPECIES, program[first + 1]);
        s20 = FloatVector.broadcast(SPECIES, program[first + 2]);
        s21 = FloatVector.broadcast(SPECIES, program[first + 2]);
        s30 = FloatVector.broadcast(SPECIES, program[first + 3]);
        s31 = FloatVector.broadcast(SPECIES, program[first + 3]);
        s40 = FloatVector.broadcast(SPECIES, program[first + 4]);
        s41 = FloatVector.broadcast(SPECIES, program[first + 4]);
        s50 = FloatVector.broadcast(SPECIES, program[first + 5]);
        s51 = FloatVector.broadcast(SPECIES, program[first + 5]);
        s60 = FloatVector.broadcast(SPECIES, program[first + 6]);
        s61 = FloatVector.broadcast(SPECIES, program[first + 6]);
        s70 = FloatVector.broadcast(SPECIES, program[first + 7]);
        s71 = FloatVector.broadcast(SPECIES, program[first + 7]);
      }
      for (int q = first + 8; q < last; q += 18) {
        int offsetA = Float.floatToRawIntBits(program[q]);
        int offsetB = Float.floatToRawIntBits(program[q + 9]);
        FloatVector a0 = FloatVector.fromArray(SPECIES, in, from0 + offsetA);
        FloatVector a1 = FloatVector.fromArray(SPECIES, in, from1 + offsetA);
        FloatVector aw0 = FloatVector.broadcast(SPECIES, program[q + 1]);
        s00 = a0.fma(aw0, s00);
        s01 = a1.fma(aw0, s01);
        FloatVector aw1 = FloatVector.broadcast(SPECIES, program[q + 2]);
        s10 = a0.fma(aw1, s10);
        s11 = a1.fma(aw1, s11);
        FloatVector aw2 = FloatVector.broadcast(SPECIES, program[q + 3]);
        s20 = a0.fma(aw2, s20);
        s21 = a1.fma(aw2, s21);
        FloatVector aw3 = FloatVector.broadcast(SPECIES, program[q + 4]);
        s30 = a0.fma(aw3, s30);
        s31 = a1.fma(aw3, s31);
        FloatVector aw4 = FloatVector.broadcast(SPECIES, program[q + 5]);
        s40 = a0.fma(aw4, s40);
        s41 = a1.fma(aw4, s41);
        FloatVector aw5 = FloatVector.broadcast(SPECIES, program[q + 6]);
        s50 = a0.fma(aw5, s50);
        s51 = a1.fma(aw5, s51);
        FloatVector aw6 = FloatVector.broadcast(SPECIES, program[q + 7]);
        s60 = a0.fma(aw6, s60);
        s61 = a1.fma(aw6, s61);
        FloatVector aw7 = FloatVector.broadcast(SPECIES, program[q + 8]);
        s70 = a0.fma(aw7, s70);
        s71 = a1.fma(aw7, s71);
        FloatVector b0 = FloatVector.fromArray(SPECIES, in, from0 + offsetB);
        FloatVector b1 = FloatVector.fromArray(SPECIES, in, from1 + offsetB);
        FloatVector bw0 = FloatVector.broadcast(SPECIES, program[q + 10]);
        s00 = b0.fma(bw0, s00);
        s01 = b1.fma(bw0, s01);
        FloatVector bw1 = FloatVector.broadcast(SPECIES, program[q + 11]);
        s10 = b0.fma(bw1, s10);
        s11 = b1.fma(bw1, s11);
        FloatVector bw2 = FloatVector.broadcast(SPECIES, program[q + 12]);
        s20 = b0.fma(bw2, s20);
        s21 = b1.fma(bw2, s21);
        FloatVector bw3 = FloatVector.broadcast(SPECIES, program[q + 13]);
        s30 = b0.fma(bw3, s30);
        s31 = b1.fma(bw3, s31);
        FloatVector bw4 = FloatVector.broadcast(SPECIES, program[q + 14]);
        s40 = b0.fma(bw4, s40);
        s41 = b1.fma(bw4, s41);
        FloatVector bw5 = FloatVector.broadcast(SPECIES, program[q + 15]);
        s50 = b0.fma(bw5, s50);
        s51 = b1.fma(bw5, s51);
        FloatVector bw6 = FloatVector.broadcast(SPECIES, program[q + 16]);
        s60 = b0.fma(bw6, s60);
        s61 = b1.fma(bw6, s61);
        FloatVector bw7 = FloatVector.broadcast(SPECIES, program[q + 17]);
        s70 = b0.fma(bw7, s70);
        s71 = b1.fma(bw7, s71);
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
    return i;
  }

  /** 4 filters x 2 positions. */
  static int dot4x2(
      Correlation plan, int block, float[] in, float[] out, int i, int end, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    float[] program = plan.program;
    int first = plan.firstStep[block];
    int last = plan.firstStep[block + 1];
    int c = plan.firstChannel[block];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    int channel2 = plan.channelOffsets[c + 2];
    int channel3 = plan.channelOffsets[c + 3];
    for (; i + 2 <= end; i += 2) {
      int from0 = from[i + 0];
      int from1 = from[i + 1];
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
        s00 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s01 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s10 = FloatVector.broadcast(SPECIES, program[first + 1]);
        s11 = FloatVector.broadcast(SPECIES, program[first + 1]);
        s20 = FloatVector.broadcast(SPECIES, program[first + 2]);
        s21 = FloatVector.broadcast(SPECIES, program[first + 2]);
        s30 = FloatVector.broadcast(SPECIES, program[first + 3]);
        s31 = FloatVector.broadcast(SPECIES, program[first + 3]);
      }
      for (int q = first + 4; q < last; q += 10) {
        int offsetA = Float.floatToRawIntBits(program[q]);
        int offsetB = Float.floatToRawIntBits(program[q + 5]);
        FloatVector a0 = FloatVector.fromArray(SPECIES, in, from0 + offsetA);
        FloatVector a1 = FloatVector.fromArray(SPECIES, in, from1 + offsetA);
        FloatVector aw0 = FloatVector.broadcast(SPECIES, program[q + 1]);
        s00 = a0.fma(aw0, s00);
        s01 = a1.fma(aw0, s01);
        FloatVector aw1 = FloatVector.broadcast(SPECIES, program[q + 2]);
        s10 = a0.fma(aw1, s10);
        s11 = a1.fma(aw1, s11);
        FloatVector aw2 = FloatVector.broadcast(SPECIES, program[q + 3]);
        s20 = a0.fma(aw2, s20);
        s21 = a1.fma(aw2, s21);
        FloatVector aw3 = FloatVector.broadcast(SPECIES, program[q + 4]);
        s30 = a0.fma(aw3, s30);
        s31 = a1.fma(aw3, s31);
        FloatVector b0 = FloatVector.fromArray(SPECIES, in, from0 + offsetB);
        FloatVector b1 = FloatVector.fromArray(SPECIES, in, from1 + offsetB);
        FloatVector bw0 = FloatVector.broadcast(SPECIES, program[q + 6]);
        s00 = b0.fma(bw0, s00);
        s01 = b1.fma(bw0, s01);
        FloatVector bw1 = FloatVector.broadcast(SPECIES, program[q + 7]);
        s10 = b0.fma(bw1, s10);
        s11 = b1.fma(bw1, s11);
        FloatVector bw2 = FloatVector.broadcast(SPECIES, program[q + 8]);
        s20 = b0.fma(bw2, s20);
        s21 = b1.fma(bw2, s21);
        FloatVector bw3 = FloatVector.broadcast(SPECIES, program[q + 9]);
        s30 = b0.fma(bw3, s30);
        s31 = b1.fma(bw3, s31);
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
    return i;
  }

  /** 2 filters x 4 positions. */
  static int dot2x4(
      Correlation plan, int block, float[] in, float[] out, int i, int end, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    float[] program = plan.program;
    int first = plan.firstStep[block];
    int last = plan.firstStep[block + 1];
    int c = plan.firstChannel[block];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    for (; i + 4 <= end; i += 4) {
      int from0 = from[i + 0];
      int from1 = from[i + 1];
      int from2 = from[i + 2];
      int from3 = from[i + 3];
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
        s00 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s01 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s02 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s03 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s10 = FloatVector.broadcast(SPECIES, program[first + 1]);
        s11 = FloatVector.broadcast(SPECIES, program[first + 1]);
        s12 = FloatVector.broadcast(SPECIES, program[first + 1]);
        s13 = FloatVector.broadcast(SPECIES, program[first + 1]);
      }
      for (int q = first + 2; q < last; q += 6) {
        int offsetA = Float.floatToRawIntBits(program[q]);
        int offsetB = Float.floatToRawIntBits(program[q + 3]);
        FloatVector a0 = FloatVector.fromArray(SPECIES, in, from0 + offsetA);
        FloatVector a1 = FloatVector.fromArray(SPECIES, in, from1 + offsetA);
        FloatVector a2 = FloatVector.fromArray(SPECIES, in, from2 + offsetA);
        FloatVector a3 = FloatVector.fromArray(SPECIES, in, from3 + offsetA);
        FloatVector aw0 = FloatVector.broadcast(SPECIES, program[q + 1]);
        s00 = a0.fma(aw0, s00);
        s01 = a1.fma(aw0, s01);
        s02 = a2.fma(aw0, s02);
        s03 = a3.fma(aw0, s03);
        FloatVector aw1 = FloatVector.broadcast(SPECIES, program[q + 2]);
        s10 = a0.fma(aw1, s10);
        s11 = a1.fma(aw1, s11);
        s12 = a2.fma(aw1, s12);
        s13 = a3.fma(aw1, s13);
        FloatVector b0 = FloatVector.fromArray(SPECIES, in, from0 + offsetB);
        FloatVector b1 = FloatVector.fromArray(SPECIES, in, from1 + offsetB);
        FloatVector b2 = FloatVector.fromArray(SPECIES, in, from2 + offsetB);
        FloatVector b3 = FloatVector.fromArray(SPECIES, in, from3 + offsetB);
        FloatVector bw0 = FloatVector.broadcast(SPECIES, program[q + 4]);
        s00 = b0.fma(bw0, s00);
        s01 = b1.fma(bw0, s01);
        s02 = b2.fma(bw0, s02);
        s03 = b3.fma(bw0, s03);
        FloatVector bw1 = FloatVector.broadcast(SPECIES, program[q + 5]);
        s10 = b0.fma(bw1, s10);
        s11 = b1.fma(bw1, s11);
        s12 = b2.fma(bw1, s12);
        s13 = b3.fma(bw1, s13);
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
    return i;
  }

  /** 1 filters x 8 positions. */
  static int dot1x8(
      Correlation plan, int block, float[] in, float[] out, int i, int end, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    float[] program = plan.program;
    int first = plan.firstStep[block];
    int last = plan.firstStep[block + 1];
    int c = plan.firstChannel[block];
    int channel0 = plan.channelOffsets[c + 0];
    for (; i + 8 <= end; i += 8) {
      int from0 = from[i + 0];
      int from1 = from[i + 1];
      int from2 = from[i + 2];
      int from3 = from[i + 3];
      int from4 = from[i + 4];
      int from5 = from[i + 5];
      int from6 = from[i + 6];
      int from7 = from[i + 7];
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
        s00 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s01 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s02 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s03 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s04 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s05 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s06 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s07 = FloatVector.broadcast(SPECIES, program[first + 0]);
      }
      for (int q = first + 1; q < last; q += 4) {
        int offsetA = Float.floatToRawIntBits(program[q]);
        int offsetB = Float.floatToRawIntBits(program[q + 2]);
        FloatVector a0 = FloatVector.fromArray(SPECIES, in, from0 + offsetA);
        FloatVector a1 = FloatVector.fromArray(SPECIES, in, from1 + offsetA);
        FloatVector a2 = FloatVector.fromArray(SPECIES, in, from2 + offsetA);
        FloatVector a3 = FloatVector.fromArray(SPECIES, in, from3 + offsetA);
        FloatVector a4 = FloatVector.fromArray(SPECIES, in, from4 + offsetA);
        FloatVector a5 = FloatVector.fromArray(SPECIES, in, from5 + offsetA);
        FloatVector a6 = FloatVector.fromArray(SPECIES, in, from6 + offsetA);
        FloatVector a7 = FloatVector.fromArray(SPECIES, in, from7 + offsetA);
        FloatVector aw0 = FloatVector.broadcast(SPECIES, program[q + 1]);
        s00 = a0.fma(aw0, s00);
        s01 = a1.fma(aw0, s01);
        s02 = a2.fma(aw0, s02);
        s03 = a3.fma(aw0, s03);
        s04 = a4.fma(aw0, s04);
        s05 = a5.fma(aw0, s05);
        s06 = a6.fma(aw0, s06);
        s07 = a7.fma(aw0, s07);
        FloatVector b0 = FloatVector.fromArray(SPECIES, in, from0 + offsetB);
        FloatVector b1 = FloatVector.fromArray(SPECIES, in, from1 + offsetB);
        FloatVector b2 = FloatVector.fromArray(SPECIES, in, from2 + offsetB);
        FloatVector b3 = FloatVector.fromArray(SPECIES, in, from3 + offsetB);
        FloatVector b4 = FloatVector.fromArray(SPECIES, in, from4 + offsetB);
        FloatVector b5 = FloatVector.fromArray(SPECIES, in, from5 + offsetB);
        FloatVector b6 = FloatVector.fromArray(SPECIES, in, from6 + offsetB);
        FloatVector b7 = FloatVector.fromArray(SPECIES, in, from7 + offsetB);
        FloatVector bw0 = FloatVector.broadcast(SPECIES, program[q + 3]);
        s00 = b0.fma(bw0, s00);
        s01 = b1.fma(bw0, s01);
        s02 = b2.fma(bw0, s02);
        s03 = b3.fma(bw0, s03);
        s04 = b4.fma(bw0, s04);
        s05 = b5.fma(bw0, s05);
        s06 = b6.fma(bw0, s06);
        s07 = b7.fma(bw0, s07);
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
    return i;
  }

  /** 2 filters x 4 positions, side by side in fours. */
  static int dot2x4InRow(
      Correlation plan, int block, float[] in, float[] out, int i, int end, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    float[] program = plan.program;
    int first = plan.firstStep[block];
    int last = plan.firstStep[block + 1];
    int c = plan.firstChannel[block];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    for (; i + 4 <= end; i += 4) {
      int from0 = from[i + 0];
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
        s00 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s01 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s02 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s03 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s10 = FloatVector.broadcast(SPECIES, program[first + 1]);
        s11 = FloatVector.broadcast(SPECIES, program[first + 1]);
        s12 = FloatVector.broadcast(SPECIES, program[first + 1]);
        s13 = FloatVector.broadcast(SPECIES, program[first + 1]);
      }
      for (int q = first + 2; q < last; q += 6) {
        int offsetA = Float.floatToRawIntBits(program[q]);
        int offsetB = Float.floatToRawIntBits(program[q + 3]);
        FloatVector a0 = FloatVector.fromArray(SPECIES, in, from0 + offsetA);
        FloatVector a1 = FloatVector.fromArray(SPECIES, in, from0 + offsetA + LANES);
        FloatVector a2 = FloatVector.fromArray(SPECIES, in, from0 + offsetA + 2 * LANES);
        FloatVector a3 = FloatVector.fromArray(SPECIES, in, from0 + offsetA + 3 * LANES);
        FloatVector aw0 = FloatVector.broadcast(SPECIES, program[q + 1]);
        s00 = a0.fma(aw0, s00);
        s01 = a1.fma(aw0, s01);
        s02 = a2.fma(aw0, s02);
        s03 = a3.fma(aw0, s03);
        FloatVector aw1 = FloatVector.broadcast(SPECIES, program[q + 2]);
        s10 = a0.fma(aw1, s10);
        s11 = a1.fma(aw1, s11);
        s12 = a2.fma(aw1, s12);
        s13 = a3.fma(aw1, s13);
        FloatVector b0 = FloatVector.fromArray(SPECIES, in, from0 + offsetB);
        FloatVector b1 = FloatVector.fromArray(SPECIES, in, from0 + offsetB + LANES);
        FloatVector b2 = FloatVector.fromArray(SPECIES, in, from0 + offsetB + 2 * LANES);
        FloatVector b3 = FloatVector.fromArray(SPECIES, in, from0 + offsetB + 3 * LANES);
        FloatVector bw0 = FloatVector.broadcast(SPECIES, program[q + 4]);
        s00 = b0.fma(bw0, s00);
        s01 = b1.fma(bw0, s01);
        s02 = b2.fma(bw0, s02);
        s03 = b3.fma(bw0, s03);
        FloatVector bw1 = FloatVector.broadcast(SPECIES, program[q + 5]);
        s10 = b0.fma(bw1, s10);
        s11 = b1.fma(bw1, s11);
        s12 = b2.fma(bw1, s12);
        s13 = b3.fma(bw1, s13);
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
    return i;
  }

  /** 1 filters x 8 positions, side by side in fours. */
  static int dot1x8InRow(
      Correlation plan, int block, float[] in, float[] out, int i, int end, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    float[] program = plan.program;
    int first = plan.firstStep[block];
    int last = plan.firstStep[block + 1];
    int c = plan.firstChannel[block];
    int channel0 = plan.channelOffsets[c + 0];
    for (; i + 8 <= end; i += 8) {
      int from0 = from[i + 0];
      int from1 = from[i + 4];
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
        s00 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s01 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s02 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s03 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s04 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s05 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s06 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s07 = FloatVector.broadcast(SPECIES, program[first + 0]);
      }
      for (int q = first + 1; q < last; q += 4) {
        int offsetA = Float.floatToRawIntBits(program[q]);
        int offsetB = Float.floatToRawIntBits(program[q + 2]);
        FloatVector a0 = FloatVector.fromArray(SPECIES, in, from0 + offsetA);
        FloatVector a1 = FloatVector.fromArray(SPECIES, in, from0 + offsetA + LANES);
        FloatVector a2 = FloatVector.fromArray(SPECIES, in, from0 + offsetA + 2 * LANES);
        FloatVector a3 = FloatVector.fromArray(SPECIES, in, from0 + offsetA + 3 * LANES);
        FloatVector a4 = FloatVector.fromArray(SPECIES, in, from1 + offsetA);
        FloatVector a5 = FloatVector.fromArray(SPECIES, in, from1 + offsetA + LANES);
        FloatVector a6 = FloatVector.fromArray(SPECIES, in, from1 + offsetA + 2 * LANES);
        FloatVector a7 = FloatVector.fromArray(SPECIES, in, from1 + offsetA + 3 * LANES);
        FloatVector aw0 = FloatVector.broadcast(SPECIES, program[q + 1]);
        s00 = a0.fma(aw0, s00);
        s01 = a1.fma(aw0, s01);
        s02 = a2.fma(aw0, s02);
        s03 = a3.fma(aw0, s03);
        s04 = a4.fma(aw0, s04);
        s05 = a5.fma(aw0, s05);
        s06 = a6.fma(aw0, s06);
        s07 = a7.fma(aw0, s07);
        FloatVector b0 = FloatVector.fromArray(SPECIES, in, from0 + offsetB);
        FloatVector b1 = FloatVector.fromArray(SPECIES, in, from0 + offsetB + LANES);
        FloatVector b2 = FloatVector.fromArray(SPECIES, in, from0 + offsetB + 2 * LANES);
        FloatVector b3 = FloatVector.fromArray(SPECIES, in, from0 + offsetB + 3 * LANES);
        FloatVector b4 = FloatVector.fromArray(SPECIES, in, from1 + offsetB);
        FloatVector b5 = FloatVector.fromArray(SPECIES, in, from1 + offsetB + LANES);
        FloatVector b6 = FloatVector.fromArray(SPECIES, in, from1 + offsetB + 2 * LANES);
        FloatVector b7 = FloatVector.fromArray(SPECIES, in, from1 + offsetB + 3 * LANES);
        FloatVector bw0 = FloatVector.broadcast(SPECIES, program[q + 3]);
        s00 = b0.fma(bw0, s00);
        s01 = b1.fma(bw0, s01);
        s02 = b2.fma(bw0, s02);
        s03 = b3.fma(bw0, s03);
        s04 = b4.fma(bw0, s04);
        s05 = b5.fma(bw0, s05);
        s06 = b6.fma(bw0, s06);
        s07 = b7.fma(bw0, s07);
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
    return i;
  }

  /** 8 filters x 1 positions. */
  static int dot8x1(
      Correlation plan, int block, float[] in, float[] out, int i, int end, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    float[] program = plan.program;
    int first = plan.firstStep[block];
    int last = plan.firstStep[block + 1];
    int c = plan.firstChannel[block];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    int channel2 = plan.channelOffsets[c + 2];
    int channel3 = plan.channelOffsets[c + 3];
    int channel4 = plan.channelOffsets[c + 4];
    int channel5 = plan.channelOffsets[c + 5];
    int channel6 = plan.channelOffsets[c + 6];
    int channel7 = plan.channelOffsets[c + 7];
    for (; i + 1 <= end; i += 1) {
      int from0 = from[i + 0];
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
        s00 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s10 = FloatVector.broadcast(SPECIES, program[first + 1]);
        s20 = FloatVector.broadcast(SPECIES, program[first + 2]);
        s30 = FloatVector.broadcast(SPECIES, program[first + 3]);
        s40 = FloatVector.broadcast(SPECIES, program[first + 4]);
        s50 = FloatVector.broadcast(SPECIES, program[first + 5]);
        s60 = FloatVector.broadcast(SPECIES, program[first + 6]);
        s70 = FloatVector.broadcast(SPECIES, program[first + 7]);
      }
      for (int q = first + 8; q < last; q += 18) {
        int offsetA = Float.floatToRawIntBits(program[q]);
        int offsetB = Float.floatToRawIntBits(program[q + 9]);
        FloatVector a0 = FloatVector.fromArray(SPECIES, in, from0 + offsetA);
        FloatVector aw0 = FloatVector.broadcast(SPECIES, program[q + 1]);
        s00 = a0.fma(aw0, s00);
        FloatVector aw1 = FloatVector.broadcast(SPECIES, program[q + 2]);
        s10 = a0.fma(aw1, s10);
        FloatVector aw2 = FloatVector.broadcast(SPECIES, program[q + 3]);
        s20 = a0.fma(aw2, s20);
        FloatVector aw3 = FloatVector.broadcast(SPECIES, program[q + 4]);
        s30 = a0.fma(aw3, s30);
        FloatVector aw4 = FloatVector.broadcast(SPECIES, program[q + 5]);
        s40 = a0.fma(aw4, s40);
        FloatVector aw5 = FloatVector.broadcast(SPECIES, program[q + 6]);
        s50 = a0.fma(aw5, s50);
        FloatVector aw6 = FloatVector.broadcast(SPECIES, program[q + 7]);
        s60 = a0.fma(aw6, s60);
        FloatVector aw7 = FloatVector.broadcast(SPECIES, program[q + 8]);
        s70 = a0.fma(aw7, s70);
        FloatVector b0 = FloatVector.fromArray(SPECIES, in, from0 + offsetB);
        FloatVector bw0 = FloatVector.broadcast(SPECIES, program[q + 10]);
        s00 = b0.fma(bw0, s00);
        FloatVector bw1 = FloatVector.broadcast(SPECIES, program[q + 11]);
        s10 = b0.fma(bw1, s10);
        FloatVector bw2 = FloatVector.broadcast(SPECIES, program[q + 12]);
        s20 = b0.fma(bw2, s20);
        FloatVector bw3 = FloatVector.broadcast(SPECIES, program[q + 13]);
        s30 = b0.fma(bw3, s30);
        FloatVector bw4 = FloatVector.broadcast(SPECIES, program[q + 14]);
        s40 = b0.fma(bw4, s40);
        FloatVector bw5 = FloatVector.broadcast(SPECIES, program[q + 15]);
        s50 = b0.fma(bw5, s50);
        FloatVector bw6 = FloatVector.broadcast(SPECIES, program[q + 16]);
        s60 = b0.fma(bw6, s60);
        FloatVector bw7 = FloatVector.broadcast(SPECIES, program[q + 17]);
        s70 = b0.fma(bw7, s70);
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
    return i;
  }

  /** 4 filters x 1 positions. */
  static int dot4x1(
      Correlation plan, int block, float[] in, float[] out, int i, int end, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    float[] program = plan.program;
    int first = plan.firstStep[block];
    int last = plan.firstStep[block + 1];
    int c = plan.firstChannel[block];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    int channel2 = plan.channelOffsets[c + 2];
    int channel3 = plan.channelOffsets[c + 3];
    for (; i + 1 <= end; i += 1) {
      int from0 = from[i + 0];
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
        s00 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s10 = FloatVector.broadcast(SPECIES, program[first + 1]);
        s20 = FloatVector.broadcast(SPECIES, program[first + 2]);
        s30 = FloatVector.broadcast(SPECIES, program[first + 3]);
      }
      for (int q = first + 4; q < last; q += 10) {
        int offsetA = Float.floatToRawIntBits(program[q]);
        int offsetB = Float.floatToRawIntBits(program[q + 5]);
        FloatVector a0 = FloatVector.fromArray(SPECIES, in, from0 + offsetA);
        FloatVector aw0 = FloatVector.broadcast(SPECIES, program[q + 1]);
        s00 = a0.fma(aw0, s00);
        FloatVector aw1 = FloatVector.broadcast(SPECIES, program[q + 2]);
        s10 = a0.fma(aw1, s10);
        FloatVector aw2 = FloatVector.broadcast(SPECIES, program[q + 3]);
        s20 = a0.fma(aw2, s20);
        FloatVector aw3 = FloatVector.broadcast(SPECIES, program[q + 4]);
        s30 = a0.fma(aw3, s30);
        FloatVector b0 = FloatVector.fromArray(SPECIES, in, from0 + offsetB);
        FloatVector bw0 = FloatVector.broadcast(SPECIES, program[q + 6]);
        s00 = b0.fma(bw0, s00);
        FloatVector bw1 = FloatVector.broadcast(SPECIES, program[q + 7]);
        s10 = b0.fma(bw1, s10);
        FloatVector bw2 = FloatVector.broadcast(SPECIES, program[q + 8]);
        s20 = b0.fma(bw2, s20);
        FloatVector bw3 = FloatVector.broadcast(SPECIES, program[q + 9]);
        s30 = b0.fma(bw3, s30);
      }
      s00.intoArray(out, to[i + 0] + channel0);
      s10.intoArray(out, to[i + 0] + channel1);
      s20.intoArray(out, to[i + 0] + channel2);
      s30.intoArray(out, to[i + 0] + channel3);
    }
    return i;
  }

  /** 2 filters x 1 positions. */
  static int dot2x1(
      Correlation plan, int block, float[] in, float[] out, int i, int end, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    float[] program = plan.program;
    int first = plan.firstStep[block];
    int last = plan.firstStep[block + 1];
    int c = plan.firstChannel[block];
    int channel0 = plan.channelOffsets[c + 0];
    int channel1 = plan.channelOffsets[c + 1];
    for (; i + 1 <= end; i += 1) {
      int from0 = from[i + 0];
      FloatVector s00;
      FloatVector s10;
      if (accumulate) {
        s00 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel0);
        s10 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel1);
      } else {
        s00 = FloatVector.broadcast(SPECIES, program[first + 0]);
        s10 = FloatVector.broadcast(SPECIES, program[first + 1]);
      }
      for (int q = first + 2; q < last; q += 6) {
        int offsetA = Float.floatToRawIntBits(program[q]);
        int offsetB = Float.floatToRawIntBits(program[q + 3]);
        FloatVector a0 = FloatVector.fromArray(SPECIES, in, from0 + offsetA);
        FloatVector aw0 = FloatVector.broadcast(SPECIES, program[q + 1]);
        s00 = a0.fma(aw0, s00);
        FloatVector aw1 = FloatVector.broadcast(SPECIES, program[q + 2]);
        s10 = a0.fma(aw1, s10);
        FloatVector b0 = FloatVector.fromArray(SPECIES, in, from0 + offsetB);
        FloatVector bw0 = FloatVector.broadcast(SPECIES, program[q + 4]);
        s00 = b0.fma(bw0, s00);
        FloatVector bw1 = FloatVector.broadcast(SPECIES, program[q + 5]);
        s10 = b0.fma(bw1, s10);
      }
      s00.intoArray(out, to[i + 0] + channel0);
      s10.intoArray(out, to[i + 0] + channel1);
    }
    return i;
  }

  /** 1 filters x 1 positions. */
  static int dot1x1(
      Correlation plan, int block, float[] in, float[] out, int i, int end, boolean accumulate) {
    int[] from = plan.from;
    int[] to = plan.to;
    float[] program = plan.program;
    int first = plan.firstStep[block];
    int last = plan.firstStep[block + 1];
    int c = plan.firstChannel[block];
    int channel0 = plan.channelOffsets[c + 0];
    for (; i + 1 <= end; i += 1) {
      int from0 = from[i + 0];
      FloatVector s00;
      if (accumulate) {
        s00 = FloatVector.fromArray(SPECIES, out, to[i + 0] + channel0);
      } else {
        s00 = FloatVector.broadcast(SPECIES, program[first + 0]);
      }
      for (int q = first + 1; q < last; q += 4) {
        int offsetA = Float.floatToRawIntBits(program[q]);
        int offsetB = Float.floatToRawIntBits(program[q + 2]);
        FloatVector a0 = FloatVector.fromArray(SPECIES, in, from0 + offsetA);
        FloatVector aw0 = FloatVector.broadcast(SPECIES, program[q + 1]);
        s00 = a0.fma(aw0, s00);
        FloatVector b0 = FloatVector.fromArray(SPECIES, in, from0 + offsetB);
        FloatVector bw0 = FloatVector.broadcast(SPECIES, program[q + 3]);
        s00 = b0.fma(bw0, s00);
      }
      s00.intoArray(out, to[i + 0] + channel0);
    }
    return i;
  }
}
