// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Tool.Services;

/// <summary>Sends 480 messages of growing size, each after the echo of the last, and checks every byte.</summary>
internal sealed class PingService(int wordBytes) : RoundTripService
{
    private readonly PingPayload _payload = new(wordBytes);

    public override string Counterpart => "echo";

    public override long ExpectedMessages => PingPayload.LastSize;

    protected override int WriteQuestion(Span<byte> question) => _payload.Write(question, Round, Round + 1);

    protected override string? FindError(ReadOnlySpan<byte> answer) => _payload.FindError(answer, Round, Round + 1);
}
