// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>What is wrong with a resource table, and where.</summary>
/// <remarks>The default value says that nothing is.</remarks>
/// <param name="error">What is wrong.</param>
/// <param name="offsetBytes">Where, in bytes from the table's first.</param>
/// <param name="actual">The value found there; <see cref="ResourceTableError"/> says which.</param>
public readonly struct ResourceTableFault(ResourceTableError error, uint offsetBytes, uint actual)
{
    /// <summary>What is wrong.</summary>
    public ResourceTableError Error { get; } = error;

    /// <summary>Where, in bytes from the table's first.</summary>
    public uint OffsetBytes { get; } = offsetBytes;

    /// <summary>The value found; <see cref="ResourceTableError"/> says which.</summary>
    public uint Actual { get; } = actual;
}
