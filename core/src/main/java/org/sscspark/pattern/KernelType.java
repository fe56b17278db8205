package org.sscspark.pattern;

/**
 * Which cells of the window one (filter, channel) pair keeps. Cells are counted row by row from 1;
 * ODD and EVEN are complementary checkerboards that cover the window exactly once. The names odd
 * and even are those of Verma et al. (WACV 2023); the cells are this project's definition.
 */
public enum KernelType {
  FULL {
    @Override
    public boolean keeps(int row, int column, int kernelHeight, int kernelWidth) {
      return true;
    }
  },
  ODD {
    @Override
    public boolean keeps(int row, int column, int kernelHeight, int kernelWidth) {
      return (row * kernelWidth + column) % 2 == 0;
    }
  },
  EVEN {
    @Override
    public boolean keeps(int row, int column, int kernelHeight, int kernelWidth) {
      return (row * kernelWidth + column) % 2 == 1;
    }
  },
  /** The centre cell: a pointwise (1x1) kernel inside the window. */
  POINT {
    @Override
    public boolean keeps(int row, int column, int kernelHeight, int kernelWidth) {
      return row == kernelHeight / 2 && column == kernelWidth / 2;
    }
  },
  ZERO {
    @Override
    public boolean keeps(int row, int column, int kernelHeight, int kernelWidth) {
      return false;
    }
  };

  /** Whether the cell at (row, column), both from 0, has a weight. */
  public abstract boolean keeps(int row, int column, int kernelHeight, int kernelWidth);

  /** The number of weights in a window. */
  public int weights(int kernelHeight, int kernelWidth) {
    int weights = 0;
    for (int row = 0; row < kernelHeight; row++) {
      for (int column = 0; column < kernelWidth; column++) {
        if (keeps(row, column, kernelHeight, kernelWidth)) {
          weights++;
        }
      }
    }
    return weights;
  }
}
