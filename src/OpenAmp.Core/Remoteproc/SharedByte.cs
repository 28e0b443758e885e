// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>A byte in shared memory that both sides read and write.</summary>
/// <remarks>The ordering lives in this type: reads acquire, writes release, each is exactly one access.</remarks>
internal struct SharedByte
{
    private volatile byte _value;

    public readonly byte Read() => _value;

    public void Write(byte value) => _value = value;
}
