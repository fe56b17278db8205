package org.sscspark.engine.lane;

import java.util.List;
import java.util.Optional;
import org.sscspark.engine.plan.LayerPlan;
import org.sscspark.engine.plan.Step;
import org.sscspark.network.FeatureShape;
import org.sscspark.network.Op;
import org.sscspark.network.ParameterLayout;

/**
 * A convolution between batch norms, some rows of all channels at a time: while these are in the
 * cache they are normalised, read, and what is written of it is summed for the next norm. Backward,
 * the rows of its output's gradient are computed as they are read, for the weights' and the input's
 * gradient at once, and the input's gradient is summed for the norm ahead. Every sum is in the
 * order of whole minibatches, so bands change no bit. It needs a thread that has the replica for
 * itself.
 */
final class BandedLayerStep implements Step {
  private final LaneWorkspace workspace;
  private final LaneNormStep ahead;
  private final LaneNormStep behind;
  private final LaneValue in;
  private final LaneValue out;
  private final boolean addsToInput;
  private final LaneCorrelation forward;
  private final List<LaneCorrelation> backward;
  private final LaneSumGradient weightGradient;

  /** What is computed of the output and of the input's gradient: these, or windows. */
  private final LaneBuffer written;

  private final LaneBuffer writtenGradient;

  /** The input as it is read forward, backward, and the output's gradient. */
  private final LaneRows input;

  private final LaneRows inputAgain;
  private final LaneRows outGradient;

  /** Rows of a band, in the input and in the output. */
  private final int rows;

  private final int outRows;

  /** Rows that are read beyond those of a band, above and below. */
  private final int beyond;

  /**
   * Plans the layer.
   *
   * @param ahead the norm that computes the input, if this step is the first that reads it
   * @param behind the norm that alone reads the output
   * @param addsToInput whether the input's gradient has been written before
   */
  BandedLayerStep(
      LaneSteps steps,
      Op.Convolution op,
      LaneValue in,
      LaneValue out,
      Optional<LaneNormStep> ahead,
      LaneNormStep behind,
      boolean addsToInput) {
    this.workspace = steps.workspace();
    this.ahead = ahead.orElse(null);
    this.behind = behind;
    this.in = in;
    this.out = out;
    this.addsToInput = addsToInput;
    ParameterLayout parameters = workspace.parameters();
    int kept = parameters.support(op.name()).kept();
    int band = band(op, kept, in.layout(), out.layout());
    boolean whole = band == 0;
    this.rows = whole ? in.layout().shape().height() : band;
    this.outRows = whole ? out.layout().shape().height() : band;
    this.beyond = whole ? Math.max(in.layout().halo(), out.layout().halo()) : op.padding();
    LaneSlice slice = workspace.slice(0);
    boolean passes = ahead.isPresent() && !in.data().isStored();
    boolean halved = in.data().isHalved();
    LaneBuffer read = passes || halved ? steps.inputWindow(window(in.layout(), rows)) : in.data();
    LaneRows stored = halved ? new LaneRows(read, slice, this::readInput) : LaneRows.stored(read);
    this.input =
        ahead.isPresent()
            ? new LaneRows(read, slice, halved ? this::normalizeAndKeep : this.ahead::normalize)
            : stored;
    this.inputAgain = passes ? input : stored;
    this.written =
        out.data().isHalved() ? steps.resultWindow(out.layout().window(outRows)) : out.data();
    this.writtenGradient =
        in.gradient().isHalved() ? steps.resultWindow(in.layout().window(rows)) : in.gradient();
    LaneBuffer gradient = steps.gradientWindow(window(out.layout(), outRows));
    this.outGradient = new LaneRows(gradient, slice, behind::inputGradient);
    this.forward =
        new LaneCorrelation(
            workspace,
            LayerPlan.forward(op, parameters, read.layout, written.layout),
            read,
            written,
            ahead.isPresent());
    this.backward =
        LayerPlan.backward(op, parameters, writtenGradient.layout, gradient.layout).stream()
            .map(
                sums ->
                    new LaneCorrelation(
                        workspace, sums, gradient, writtenGradient, /* near= */ true))
            .toList();
    LayerPlan.Sums weights = LayerPlan.forward(op, parameters, read.layout, gradient.layout);
    this.weightGradient =
        new LaneSumGradient(
            workspace, weights, LaneWeightGradient.sorted(weights, read.layout), read, gradient);
    workspace.reserveWeightSums(
        Math.addExact(LaneLayout.FIRST, Math.multiplyExact(kept, workspace.lanes())));
  }

  /** Rows of a band; zero for all, where rows of the input are not those of the output. */
  private int band(Op.Convolution op, int kept, LaneLayout inLayout, LaneLayout outLayout) {
    FeatureShape inShape = inLayout.shape();
    FeatureShape outShape = outLayout.shape();
    boolean sameRows =
        op.stride() == 1
            && inShape.height() == outShape.height()
            && inShape.width() == outShape.width()
            && !LaneCorrelation.isByColumn(inLayout, kept / outShape.channels())
            && !LaneCorrelation.isByColumn(outLayout, kept / inShape.channels());
    long rowBytes =
        (long) Float.BYTES
            * inLayout.rowStride()
            * Math.max(inShape.channels(), outShape.channels());
    int band = LaneLayout.inTwos((int) (workspace.caches.window() / rowBytes) - 2 * op.padding());
    return sameRows && band < inShape.height() ? band : 0;
  }

  /** The rows of a band and those that are read beyond it, computed in twos. */
  private LaneLayout window(LaneLayout layout, int band) {
    return layout.window(band + LaneLayout.inTwos(beyond + 1) + beyond);
  }

  @Override
  public void forward() {
    forward.pack(workspace.values, 0, 1);
    int height = out.layout().shape().height();
    for (int block = 0; block < workspace.batch.blocks(); block++) {
      input.start(block, beyond);
      for (int first = 0; first < height; first += outRows) {
        int end = Math.min(height, first + outRows);
        input.need(inputRow(first) + rows + beyond);
        correlate(forward, block, first, end, /* accumulate= */ false);
        for (int c = 0; c < out.channels(); c++) {
          behind.takeInput(written, slice(out, block, c, first, end));
        }
      }
    }
  }

  /** The row of the input where the band of an output's row begins. */
  private int inputRow(int outRow) {
    return outRow / outRows * rows;
  }

  /** Computes the outputs of a band, or the inputs' gradients: of the rows [first, end). */
  private void correlate(LaneCorrelation sums, int block, int first, int end, boolean accumulate) {
    int start = block * sums.positionsPerBlock;
    workspace.arithmetic.correlate(
        sums, start + positions(sums, first), start + positions(sums, end), accumulate);
  }

  /** The positions of a block in the rows above one. */
  private static int positions(LaneCorrelation sums, int row) {
    return (int) ((long) sums.positionsPerBlock * row / sums.out.layout.shape().height());
  }

  private LaneSlice slice(LaneValue value, int block, int c, int firstRow, int endRow) {
    int width = value.layout().shape().width();
    return workspace.slice(0).set(block, c, firstRow * width, endRow * width);
  }

  private void readInput(LaneSlice slice, LaneBuffer window) {
    workspace.arithmetic.copy(in.data(), slice, window, slice);
  }

  private void normalizeAndKeep(LaneSlice slice, LaneBuffer window) {
    ahead.normalize(slice, window);
    keep(window, in.data(), slice);
  }

  /** Stores what has been computed in a window. */
  private void keep(LaneBuffer computed, LaneBuffer stored, LaneSlice slice) {
    if (computed != stored) {
      workspace.arithmetic.copy(computed, slice, stored, slice);
    }
  }

  @Override
  public void backward() {
    backward(/* weights= */ true, /* input= */ true);
  }

  /**
   * Computes gradients, both in one pass or each in one of its own.
   *
   * @param weights whether that of the weights
   * @param input whether that of the input
   */
  void backward(boolean weights, boolean input) {
    for (int i = 0; i < backward.size() && input; i++) {
      backward.get(i).pack(workspace.values, 0, 1);
    }
    int height = out.layout().shape().height();
    for (int block = 0; block < workspace.batch.blocks(); block++) {
      outGradient.start(block, beyond);
      inputAgain.start(block, beyond);
      for (int first = 0; first < height; first += outRows) {
        int end = Math.min(height, first + outRows);
        outGradient.need(first + outRows + beyond);
        if (weights) {
          inputAgain.need(inputRow(first) + rows + beyond);
          weightGradient.addRows(workspace, block, first, end);
        }
        if (input) {
          int firstIn = inputRow(first);
          inputGradient(block, firstIn, Math.min(in.layout().shape().height(), firstIn + rows));
        }
      }
    }
    if (weights) {
      weightGradient.finishRows(workspace);
    }
  }

  private void inputGradient(int block, int first, int end) {
    for (int c = 0; c < in.channels() && addsToInput && writtenGradient != in.gradient(); c++) {
      LaneSlice slice = slice(in, block, c, first, end);
      workspace.arithmetic.copy(in.gradient(), slice, writtenGradient, slice);
    }
    for (int i = 0; i < backward.size(); i++) {
      correlate(backward.get(i), block, first, end, addsToInput);
    }
    for (int c = 0; c < in.channels(); c++) {
      LaneSlice slice = slice(in, block, c, first, end);
      if (ahead == null) {
        keep(writtenGradient, in.gradient(), slice);
      } else {
        ahead.takeGradient(writtenGradient, slice);
      }
    }
  }
}
