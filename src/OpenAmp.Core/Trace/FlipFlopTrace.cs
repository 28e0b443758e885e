// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Trace;

/// <summary>Opens either end of a flip-flop trace buffer.</summary>
public static unsafe class FlipFlopTrace
{
    /// <summary>The remote's end: sets up the control block and starts a new run. Allocates nothing and rings nobody.
    /// </summary>
    /// <typeparam name="TPlatform">The machine.</typeparam>
    /// <param name="platform">The machine.</param>
    /// <param name="address">Device address of the buffer.</param>
    /// <param name="lengthBytes">Length of the buffer, in bytes, as in the resource table.</param>
    /// <param name="notifyId">What to ring when a half is full.</param>
    /// <param name="writer">The writer.</param>
    /// <returns><see langword="false"/> when the buffer is too short, not at a multiple of
    /// <see cref="FlipFlopTraceLayout.AlignmentBytes"/>, outside shared memory or mapped off a word boundary; nothing
    /// is written then.</returns>
    public static bool TryCreateWriter<TPlatform>(
        TPlatform platform,
        DeviceAddress address,
        uint lengthBytes,
        uint notifyId,
        out FlipFlopTraceWriter<TPlatform> writer)
        where TPlatform : struct, IPlatform
    {
        writer = default;
        if (!TryMap(ref platform, address, lengthBytes, out FlipFlopTraceControl* control, out var layout))
        {
            return false;
        }

        platform.Invalidate(control, FlipFlopTraceControl.LineBytes);

        // The only word read that an earlier run of the firmware wrote: any value will do, as long as the next differs.
        uint epoch = unchecked(control->Epoch.Read() + 1);
        writer = new FlipFlopTraceWriter<TPlatform>(platform, control, layout, notifyId, epoch);
        writer.SetUp();
        return true;
    }

    /// <summary>The host's end. Reads and writes no shared memory yet: the remote may not be running.</summary>
    /// <typeparam name="TPlatform">The machine.</typeparam>
    /// <param name="platform">The machine.</param>
    /// <param name="address">Device address of the buffer.</param>
    /// <param name="lengthBytes">Length of the buffer, in bytes, as in the resource table.</param>
    /// <param name="reader">The reader.</param>
    /// <returns><see langword="false"/> when the buffer is too short, not at a multiple of
    /// <see cref="FlipFlopTraceLayout.AlignmentBytes"/>, outside shared memory or mapped off a word boundary.</returns>
    public static bool TryCreateReader<TPlatform>(
        TPlatform platform,
        DeviceAddress address,
        uint lengthBytes,
        out FlipFlopTraceReader<TPlatform> reader)
        where TPlatform : struct, IPlatform
    {
        reader = default;
        if (!TryMap(ref platform, address, lengthBytes, out FlipFlopTraceControl* control, out var layout))
        {
            return false;
        }

        reader = new FlipFlopTraceReader<TPlatform>(platform, control, layout);
        return true;
    }

    private static bool TryMap<TPlatform>(
        ref TPlatform platform,
        DeviceAddress address,
        uint lengthBytes,
        out FlipFlopTraceControl* control,
        out FlipFlopTraceLayout layout)
        where TPlatform : struct, IPlatform
    {
        control = null;
        if (!FlipFlopTraceLayout.TryCreate(lengthBytes, out layout)
            || !address.IsAlignedTo(FlipFlopTraceLayout.AlignmentBytes)
            || !platform.TryTranslate(address, lengthBytes, out byte* start)
            || ((nuint)start & 3) != 0)
        {
            return false;
        }

        // SAFETY: the whole buffer is mapped, and its layout begins with a control block of aligned words.
        control = (FlipFlopTraceControl*)start;
        return true;
    }
}
