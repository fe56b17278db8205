package org.sscspark.engine.cuda;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * The functions of NVRTC, the CUDA compiler as a library, that this engine calls, as its reference
 * defines them. All but {@link #nvrtcGetErrorString} return 0 or an error.
 */
interface Nvrtc extends Library {
  int nvrtcVersion(IntByReference major, IntByReference minor);

  String nvrtcGetErrorString(int error);

  int nvrtcGetNumSupportedArchs(IntByReference count);

  int nvrtcGetSupportedArchs(int[] architectures);

  int nvrtcCreateProgram(
      PointerByReference program,
      String source,
      String name,
      int headers,
      Pointer headerSources,
      Pointer headerNames);

  int nvrtcCompileProgram(Pointer program, int optionCount, String[] options);

  int nvrtcGetProgramLogSize(Pointer program, LongByReference bytes);

  int nvrtcGetProgramLog(Pointer program, byte[] log);

  int nvrtcGetCUBINSize(Pointer program, LongByReference bytes);

  int nvrtcGetCUBIN(Pointer program, byte[] image);

  int nvrtcGetPTXSize(Pointer program, LongByReference bytes);

  int nvrtcGetPTX(Pointer program, byte[] image);

  int nvrtcDestroyProgram(PointerByReference program);
}
