// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Linux;

/// <summary>Gives one file of the kernel a word, in one write. May block for as long as the kernel works on
/// it.</summary>
/// <param name="path">The file.</param>
/// <param name="word">The word, without a newline.</param>
/// <returns>What came of it.</returns>
internal delegate KernelStoreResult KernelStore(string path, ReadOnlySpan<byte> word);
