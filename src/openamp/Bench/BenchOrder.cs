// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Tool.Bench;

/// <summary>What the measuring process tells its peer to do next, as it goes over the control socket.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BenchOrder
{
    public BenchTask Task;

    /// <summary>Rounds or messages.</summary>
    public int Count;

    /// <summary>Payload, in bytes.</summary>
    public int SizeBytes;

    /// <summary>The link's <see cref="Rpmsg.WaitMode"/>.</summary>
    public int WaitMode;

    /// <summary>The link's <see cref="Linux.DoorbellKind"/>.</summary>
    public int Doorbell;

    /// <summary>Number of the link, which names its memory and socket.</summary>
    public int LinkNumber;
}
