// SPDX-License-Identifier: BSD-3-Clause

using Microsoft.Extensions.Logging;
using OpenAmp.Trace;

namespace OpenAmp.Remoteproc;

/// <summary>Reads a flip-flop buffer.</summary>
internal sealed class FlipFlopTraceSource : TraceSource
{
    private readonly ILogger _logger;
    private readonly TraceOrigin _origin;
    private readonly int _halfBytes;

    // A field, since calls on a readonly struct would change a copy.
    private FlipFlopTraceReader<TraceHostPlatform> _reader;
    private bool _saidBroken;
    private bool _saidRefused;

    public FlipFlopTraceSource(
        FlipFlopTraceReader<TraceHostPlatform> reader,
        FlipFlopTraceLayout layout,
        TraceFollowerOptions options)
    {
        _reader = reader;
        _halfBytes = (int)layout.HalfBytes;
        _logger = options.Logger;
        _origin = options.Origin;
    }

    // Two halves, and the end of each: a remote that writes as fast as we read does not keep us here.
    public override void Look(TraceInbox inbox) => Take(inbox, 4);

    // The remote may still be writing; what comes later is not the end that was asked for.
    public override void LookLast(TraceInbox inbox) => Take(inbox, 8);

    private void Take(TraceInbox inbox, int maxReads)
    {
        for (int i = 0; i < maxReads; i++)
        {
            FlipFlopTraceStatus status = _reader.Read(inbox.Reserve(_halfBytes), out FlipFlopTraceRead read);
            if (status != FlipFlopTraceStatus.News)
            {
                Judge(status);
                return;
            }

            Tell(read, inbox);
            inbox.Commit(read.LengthBytes);
        }
    }

    private void Tell(in FlipFlopTraceRead read, TraceInbox inbox)
    {
        if (read.IsRestart)
        {
            inbox.Add(new TraceMark(TraceLineFlags.Restarted));
        }

        if (read.LostBytes > 0)
        {
            inbox.Add(new TraceMark(TraceLineFlags.LostBytes, read.LostBytes, read.LostLines));
        }

        if (read.IsBroken)
        {
            inbox.Add(new TraceMark(TraceLineFlags.LostBytes | TraceLineFlags.LossUnknown));
            if (!_saidBroken)
            {
                _saidBroken = true;
                TraceLog.Broken(_logger, _origin.Processor, _origin.Buffer);
            }
        }
    }

    private void Judge(FlipFlopTraceStatus status)
    {
        if (status == FlipFlopTraceStatus.Refused && !_saidRefused)
        {
            _saidRefused = true;
            TraceLog.Refused(
                _logger, _origin.Processor, _origin.Buffer, FlipFlopTraceLayout.Version, _halfBytes);
        }
    }
}
