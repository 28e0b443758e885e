// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>All processors, and the links that belong to none of them.</summary>
internal sealed record InventoryReport(
    string Command, IReadOnlyList<ProcessorReport> Processors, IReadOnlyList<LinkReport> Links, string Result);
