// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>A message that came.</summary>
/// <param name="Time">When.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="LengthBytes">How long it is.</param>
/// <param name="Hex">Its bytes.</param>
/// <param name="Text">The same as text, when it is.</param>
internal sealed record MessageEvent(DateTimeOffset Time, string Source, int LengthBytes, string Hex, string? Text);
