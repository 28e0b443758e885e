// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;

namespace OpenAmp.Simulation;

/// <summary>Whether a processor is held: its doorbells neither wake nor ring then.</summary>
internal sealed class SimulatedHold
{
    private readonly Lock _lock = new();
    private Action? _onRelease;
    private bool _isHeld;

    public bool IsHeld
    {
        get
        {
            lock (_lock)
            {
                return _isHeld;
            }
        }
    }

    public void Hold()
    {
        lock (_lock)
        {
            _isHeld = true;
        }
    }

    /// <summary>Does something now, or when the processor goes on.</summary>
    public void WhenReleased(Action action)
    {
        lock (_lock)
        {
            if (_isHeld)
            {
                _onRelease += action;
                return;
            }
        }

        action();
    }

    public void Release()
    {
        Action? actions;
        lock (_lock)
        {
            _isHeld = false;
            actions = _onRelease;
            _onRelease = null;
        }

        actions?.Invoke();
    }
}
