// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>matrix-server</c>.</summary>
internal sealed class MatrixServerCommand() : ServiceCommand("matrix-server", Text, answers: true)
{
    private const string Text = "Multiplies pairs of 6 x 6 matrices for the peer. "
        + "Example: openamp matrix-server --keep-serving";

    protected override Func<DemoService> ServiceFactory(ParseResult line) => static () => new MatrixServerService();
}
