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
  /** Rows of a band come in twos: sums over planes take positions in pairs. */
  private static final int PAIR = 2;

  private final LaneWorkspace workspace;
  private final LaneNormStep ahead;
  private final LaneNormStep behind;
  private final LaneValue in;
  private final LaneValue out;
  private final boolean addsToInput;
  private final LaneCorrelation forward;
  private final List<LaneCorrelation> backward;
  private final LaneSumGradient weightGradient;

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
    boolean stored = ahead.isEmpty() || in.data().floats != null;
    LaneBuffer read = stored ? in.data() : steps.inputWindow(window(in.layout(), rows));
    this.input =
        ahead.isPresent()
            ? new LaneRows(read, slice, in.layout(), ahead.get()::normalize)
            : LaneRows.stored(read);
    this.inputAgain = stored ? LaneRows.stored(read) : input;
    LaneBuffer gradient = steps.gradientWindow(window(out.layout(), outRows));
    this.outGradient = new LaneRows(gradient, slice, out.layout(), behind::inputGradient);
    this.forward =
        new LaneCorrelation(
            workspace,
            LayerPlan.forward(op, parameters, read.layout, out.layout()),
            read,
            out.data(),
            ahead.isPresent());
    this.backward =
        LayerPlan.backward(op, parameters, in.layout(), gradient.layout).stream()
            .map(sums -> new LaneCorrelation(workspace, sums, gradient, in.gradient(), true))
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
    int rowBytes =
        Float.BYTES * inLayout.rowStride() * Math.max(inShape.channels(), outShape.channels());
    int fitting = workspace.caches.window() / rowBytes - 2 * op.padding();
    int band = Math.max(PAIR, fitting / PAIR * PAIR);
    return sameRows && band < inShape.height() ? band : 0;
  }

  /** The rows of a band and those that are read beyond it. */
  private LaneLayout window(LaneLayout layout, int band) {
    return layout.window(band + 2 * beyond);
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
        correlate(forward, block, first, end, false);
        for (int c = 0; c < out.channels(); c++) {
          behind.addMoments(slice(out, block, c, first, end));
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
    int height = sums.out.layout.shape().height();
    int positions = sums.positionsPerBlock;
    workspace.arithmetic.correlate(
        sums,
        block * positions + positions * first / height,
        block * positions + positions * end / height,
        accumulate);
  }

  private LaneSlice slice(LaneValue value, int block, int c, int firstRow, int endRow) {
    int width = value.layout().shape().width();
    return workspace.slice(0).set(value.layout(), block, c, firstRow * width, endRow * width);
  }

  @Override
  public void backward() {
    for (int i = 0; i < backward.size(); i++) {
      backward.get(i).pack(workspace.values, 0, 1);
    }
    int height = out.layout().shape().height();
    for (int block = 0; block < workspace.batch.blocks(); block++) {
      outGradient.start(block, beyond);
      inputAgain.start(block, beyond);
      for (int first = 0; first < height; first += outRows) {
        int end = Math.min(height, first + outRows);
        int firstIn = inputRow(first);
        int endIn = Math.min(in.layout().shape().height(), firstIn + rows);
        outGradient.need(first + outRows + beyond);
        inputAgain.need(firstIn + rows + beyond);
        weightGradient.addRows(workspace, block, first, end);
        for (int i = 0; i < backward.size(); i++) {
          correlate(backward.get(i), block, firstIn, endIn, addsToInput);
        }
        for (int c = 0; c < in.channels() && ahead != null; c++) {
          ahead.addGradientSums(slice(in, block, c, firstIn, endIn));
        }
      }
    }
    weightGradient.finishRows(workspace);
  }
}
