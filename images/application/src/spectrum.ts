/**
 * Mean power of a signal in `bands` equal bands up to half its sample rate, as logarithms with mean 0 and deviation 1.
 * The signal is cut into windows of twice as many samples; what is left at its end is not used.
 * @param bands a power of two
 * @throws Error when the signal is shorter than one window
 */
export function spectrum(signal: Float64Array, bands: number): Float64Array {
  const window = 2 * bands;
  const windows = Math.floor(signal.length / window);
  if (windows === 0) throw new Error(`a signal of ${signal.length} samples is shorter than ${window}`);
  const power = new Float64Array(bands);
  const real = new Float64Array(window);
  const imaginary = new Float64Array(window);
  for (let index = 0; index < windows; index++) {
    real.set(signal.subarray(index * window, (index + 1) * window));
    imaginary.fill(0);
    transform(real, imaginary);
    for (let band = 0; band < bands; band++) power[band] = at(power, band) + squared(real, imaginary, band);
  }
  return standardised(power.map((sum) => Math.log10(1e-12 + sum / windows)));
}

function squared(real: Float64Array, imaginary: Float64Array, index: number): number {
  return at(real, index) ** 2 + at(imaginary, index) ** 2;
}

function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const deviation = Math.sqrt(variance) || 1;
  return values.map((value) => (value - mean) / deviation);
}

/** Fourier transform in place; the length is a power of two. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  reorder(real, imaginary);
  for (let half = 1; half < real.length; half *= 2) {
    for (let offset = 0; offset < half; offset++) {
      const angle = (-Math.PI * offset) / half;
      const cosine = Math.cos(angle);
      const sine = Math.sin(angle);
      for (let even = offset; even < real.length; even += 2 * half) {
        const odd = even + half;
        const oddReal = at(real, odd) * cosine - at(imaginary, odd) * sine;
        const oddImaginary = at(real, odd) * sine + at(imaginary, odd) * cosine;
        real[odd] = at(real, even) - oddReal;
        imaginary[odd] = at(imaginary, even) - oddImaginary;
        real[even] = at(real, even) + oddReal;
        imaginary[even] = at(imaginary, even) + oddImaginary;
      }
    }
  }
}

/** Puts each value where the reversed bits of its index say. */
function reorder(real: Float64Array, imaginary: Float64Array): void {
  for (let index = 1, reversed = 0; index < real.length; index++) {
    let bit = real.length >> 1;
    for (; reversed & bit; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (index < reversed) {
      swap(real, index, reversed);
      swap(imaginary, index, reversed);
    }
  }
}

function swap(values: Float64Array, one: number, other: number): void {
  const kept = at(values, one);
  values[one] = at(values, other);
  values[other] = kept;
}

/** An index that the loops above keep inside. */
function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}
