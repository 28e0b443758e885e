// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>Remembers that a flush asked for a kick, so that it is sent after the gate around the flush is left: a
/// system call under a lock would hold up every other sender.</summary>
/// <remarks>Used under one gate.</remarks>
internal sealed class KickRequest
{
    private bool _wanted;

    public void Ask() => _wanted = true;

    public bool Take()
    {
        bool wanted = _wanted;
        _wanted = false;
        return wanted;
    }
}
