// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Trace;

namespace OpenAmp.Remoteproc;

/// <summary>A trace buffer as firmware under .NET writes it: lines that its host reads, also after a crash.</summary>
/// <remarks>Open to every thread. Safety: the environment that it came from is not disposed while it is used.</remarks>
public sealed class RemoteTrace
{
    private readonly Lock _lock = new();
    private TextTraceWriter<TraceHostPlatform> _text;
    private FlipFlopTraceWriter<TraceHostPlatform> _flipFlop;
    private readonly bool _isFlipFlop;

    /// <summary>Clears the buffer and begins at its start.</summary>
    /// <exception cref="TraceBufferException">The buffer is too short or misaligned for its method.</exception>
    internal RemoteTrace(SharedRegion buffer, TraceResource entry, Action<uint> notify)
    {
        _isFlipFlop = entry.Method == TraceMethod.FlipFlop;
        var platform = new TraceHostPlatform(buffer, notify);
        uint lengthBytes = checked((uint)buffer.LengthBytes);
        bool isOpen = _isFlipFlop
            ? FlipFlopTrace.TryCreateWriter(
                platform, buffer.Address, lengthBytes, entry.NotifyId ?? NotifyId.Any, out _flipFlop)
            : TextTrace.TryCreateWriter(platform, buffer.Address, lengthBytes, TextTraceEnding.Zero, out _text);
        if (!isOpen)
        {
            throw new TraceBufferException($"{entry} has {lengthBytes} bytes at 0x{buffer.Address.Value:x8}, too few "
                + "or "
                + "not aligned for its method. Correct its entry in the resource table.");
        }
    }

    /// <summary>Writes one line. Does not block.</summary>
    /// <param name="line">The line, without its newline.</param>
    /// <returns><see langword="false"/> when part of it was lost, because the host had not read what was before; the
    /// loss is counted where the host sees it. A classic buffer never says so: it overwrites its oldest text.</returns>
    public bool WriteLine(string line)
    {
        byte[] text = Encoding.UTF8.GetBytes(line + "\n");
        lock (_lock)
        {
            if (_isFlipFlop)
            {
                return _flipFlop.Write(text);
            }

            _text.Write(text);
            return true;
        }
    }

    /// <summary>Rings the host, if the buffer's method has a bell, so that it reads what was written at once.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_isFlipFlop)
            {
                _flipFlop.Flush();
            }
        }
    }
}
