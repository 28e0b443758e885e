// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>matrix-client</c>.</summary>
internal sealed class MatrixClientCommand() : ServiceCommand("matrix-client", Text, answers: false)
{
    private const string Text = "Has the peer multiply 200 pairs of 6 x 6 matrices, and checks the products. "
        + "Example: openamp matrix-client --json";

    protected override Func<DemoService> ServiceFactory(ParseResult line) => static () => new MatrixClientService();
}
