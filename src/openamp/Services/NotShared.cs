// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;

namespace OpenAmp.Tool.Services;

/// <summary>Stands for what is not shared: there is nothing to end.</summary>
internal sealed class NotShared : IAsyncDisposable
{
    public static NotShared Instance { get; } = new();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
