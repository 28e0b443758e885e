// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace OpenAmp.Core.Tests;

/// <summary>A second thread beside a test's own. What goes wrong on it goes wrong in <see cref="Join"/>.</summary>
internal sealed class Companion
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _isOver;

    public Companion(Action action)
    {
        _thread = new Thread(() => Run(action)) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether it has ended, well or not.</summary>
    public bool IsOver => _isOver;

    public void Join()
    {
        if (!_thread.Join(s_deadline))
        {
            throw new TimeoutException($"The second thread did not end within {s_deadline}.");
        }

        _failure?.Throw();
    }

    private void Run(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // Whatever it is, it is thrown again where the test sees it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }

        _isOver = true;
    }
}
