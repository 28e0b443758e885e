// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>A crash, as a packet tells it.</summary>
internal sealed record SharedCrash(CrashKind Kind, string Message, DateTimeOffset Time, int Number);
