// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output;

/// <summary>All boards.</summary>
internal sealed record BoardsReport(string Command, IReadOnlyList<BoardReport> Boards, string Result);
