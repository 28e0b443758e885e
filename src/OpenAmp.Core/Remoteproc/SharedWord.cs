// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>A naturally aligned 32-bit word in shared memory that both sides read and write.</summary>
/// <remarks>The ordering lives in this type: reads acquire, writes release, each is exactly one access.</remarks>
internal struct SharedWord
{
    private volatile uint _value;

    public readonly uint Read() => _value;

    public void Write(uint value) => _value = value;
}
