// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

/// <summary>An endpoint as a pair of pipes, for parsers and protocols built on System.IO.Pipelines.</summary>
/// <remarks>As <see cref="RpmsgStream"/>: message boundaries are not kept, and a lost message is an error of the
/// reader.</remarks>
public sealed class RpmsgDuplexPipe : IDuplexPipe, IAsyncDisposable
{
    private readonly RpmsgStream _stream;

    internal RpmsgDuplexPipe(RpmsgStream stream)
    {
        _stream = stream;
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    /// <summary>What the peer sends.</summary>
    public PipeReader Input { get; }

    /// <summary>What goes to the peer, at each flush.</summary>
    public PipeWriter Output { get; }

    /// <summary>Sends what is left in <see cref="Output"/>, then ends both pipes, and the endpoint if the pipe owns
    /// it.</summary>
    /// <returns>Completes when all that is done.</returns>
    /// <exception cref="OperationCanceledException">The peer took nothing for
    /// <see cref="RpmsgLinkOptions.GoodbyeTimeout"/>; what was left was not sent. Both pipes have ended all the
    /// same.</exception>
    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(_stream.GoodbyeTimeout);
        Exception? failure = null;
        try
        {
            await Output.FlushAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            // With an exception it completes without another attempt to send.
            await Output.CompleteAsync(failure).ConfigureAwait(false);
            await Input.CompleteAsync().ConfigureAwait(false);
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
    }
}
