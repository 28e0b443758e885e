// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Output;

/// <summary>What one step of the demo did.</summary>
internal sealed record DemoStepReport
{
    public required string Step { get; init; }

    public required long Messages { get; init; }

    public required long ExpectedMessages { get; init; }

    public required long Errors { get; init; }

    public required long Bytes { get; init; }

    public required RoundTripReport? RoundTripMicroseconds { get; init; }

    public required double MessagesPerSecond { get; init; }

    /// <summary>Payload one way; as much goes the other way.</summary>
    public required double BytesPerSecond { get; init; }

    /// <summary>Reads a tally.</summary>
    public static DemoStepReport From(string name, DemoService service) => new()
    {
        Step = name,
        Messages = service.Tally.Messages,
        ExpectedMessages = service.ExpectedMessages,
        Errors = service.Tally.Errors,
        Bytes = service.Tally.Bytes,
        RoundTripMicroseconds = RoundTripReport.From(service.Tally.RoundTrips),
        MessagesPerSecond = Rate.PerSecond(service.Tally.Messages, service.Tally.Busy),
        BytesPerSecond = Rate.PerSecond(service.Tally.Bytes, service.Tally.Busy),
    };
}
