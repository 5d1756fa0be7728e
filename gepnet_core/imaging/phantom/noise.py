"""Image noise of unit standard deviation, drawn once and scaled at will."""

from __future__ import annotations

import numpy as np

from gepnet_core.imaging.phantom.shapes import Float32Array

# Five taps along each axis with sum 1 and sum of squares 1 (-8 + 12 + 11 = 15; 32 + 72 + 121 = 225): noise
# keeps its variance, and its power at frequency zero stays that of white noise, so that the standard error of
# a mean over a large region stays SD / sqrt(n). Neighbours correlate by 84/225 = 0.37 and pixels two to three
# away by -0.23, as after filtered back-projection, whose ramp filter spares no low frequencies.
NOISE_TAPS: tuple[float, ...] = (-4 / 15, 6 / 15, 11 / 15, 6 / 15, -4 / 15)
_REACH = len(NOISE_TAPS) // 2


def draw_noise(shape: tuple[int, int, int], seed: int, stream: int, correlated: bool = True) -> Float32Array:
    """Gaussian noise with mean 0 and SD 1.

    Parameters
    ----------
    shape : (n_slices, rows, columns)
    seed : int
        Not negative.
    stream : int
        Index of the phase: each gets independent noise from the same seed.
    correlated : bool
        Within slices, by `NOISE_TAPS` along rows and columns; False draws white noise. Slices are
        independent of each other either way.

    Returns
    -------
    (n_slices, rows, columns) float32
    """
    generator = np.random.Generator(np.random.SFC64(np.random.SeedSequence((seed, stream))))
    if not correlated:
        return generator.standard_normal(shape, dtype=np.float32)
    n_slices, rows, columns = shape
    noise = np.empty(shape, dtype=np.float32)
    white = np.empty((rows + 2 * _REACH, columns + 2 * _REACH), dtype=np.float32)
    across = np.empty((rows + 2 * _REACH, columns), dtype=np.float32)
    for k in range(n_slices):
        generator.standard_normal(out=white, dtype=np.float32)
        _filter(white.T, across.T)
        _filter(across, noise[k])
    return noise


def _filter(source: Float32Array, target: Float32Array) -> None:
    """Correlate the first axis with the symmetric taps; the target is shorter by two at each end."""
    length = target.shape[0]
    outer, inner, centre = (np.float32(tap) for tap in NOISE_TAPS[: _REACH + 1])
    np.multiply(source[2 : 2 + length], centre, out=target)
    pair = source[1 : 1 + length] + source[3 : 3 + length]
    pair *= inner
    target += pair
    np.add(source[:length], source[4 : 4 + length], out=pair)
    pair *= outer
    target += pair
