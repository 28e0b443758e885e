// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Remoteproc;

/// <summary>Where one virtio device's rings and buffers were put.</summary>
internal sealed record VdevPlaces(VdevResource Resource, IReadOnlyList<Carveout> Rings, Carveout? Buffers);
