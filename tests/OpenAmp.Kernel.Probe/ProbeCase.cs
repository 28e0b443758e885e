// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Kernel.Probe;

/// <summary>A check that runs inside the guest: it returns when all is as it should be, and throws otherwise.</summary>
/// <param name="Name">What it is asked for by: <c>kernel-probe NAME [argument ...]</c>.</param>
/// <param name="Run">The check. Gets the other arguments, and a token that ends after <see cref="Limit"/>.</param>
internal sealed record ProbeCase(string Name, Func<string[], CancellationToken, Task> Run)
{
    /// <summary>How long it may take. Default: 60 s.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);
}
