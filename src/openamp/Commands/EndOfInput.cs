// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;

namespace OpenAmp.Tool.Commands;

/// <summary>A token that is cancelled when standard input ends: whoever holds its other end is gone then.</summary>
internal sealed class EndOfInput : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _source;
    private bool _isDisposed;

    /// <summary>Begins to watch.</summary>
    /// <param name="cancellationToken">Cancels the token as well.</param>
    public EndOfInput(CancellationToken cancellationToken)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // A read of standard input cannot be cancelled; a background thread does not keep the process.
        new Thread(Watch) { IsBackground = true, Name = "end of input" }.Start();
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _source.Dispose();
        }
    }

    private void Watch()
    {
        using Stream input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        lock (_gate)
        {
            if (!_isDisposed)
            {
                _source.Cancel();
            }
        }
    }
}
