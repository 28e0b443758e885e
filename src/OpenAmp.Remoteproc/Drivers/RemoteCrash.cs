// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>What is known of a crash.</summary>
/// <param name="Kind">How the processor failed.</param>
/// <param name="Message">What happened, for people.</param>
/// <param name="Time">When it was noticed, UTC.</param>
/// <param name="Number">The processor's how-manieth crash it is, from 1 on.</param>
public sealed record RemoteCrash(CrashKind Kind, string Message, DateTimeOffset Time, int Number);
