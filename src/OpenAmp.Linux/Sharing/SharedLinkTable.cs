// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>Numbers the links that are shared: each run's links are new ones, and no number comes twice. Any thread.
/// </summary>
/// <param name="findLinks">The links of now.</param>
internal sealed class SharedLinkTable(Func<IReadOnlyList<RpmsgLink>> findLinks)
{
    private readonly Lock _lock = new();
    private Dictionary<RpmsgLink, int> _numbers = [];
    private int _lastNumber;

    /// <summary>The links of now.</summary>
    internal IReadOnlyList<SharedLinkState> Snapshot()
        => [.. Number().Select(static entry => new SharedLinkState(
            entry.Value, entry.Key.Name, entry.Key.Role, entry.Key.MaxPayloadBytes)).OrderBy(link => link.Number)];

    /// <summary>The link of a number.</summary>
    /// <exception cref="RpmsgClosedException">There is none of that number any more.</exception>
    internal RpmsgLink Find(int number)
        => Number().FirstOrDefault(entry => entry.Value == number).Key ?? throw new RpmsgClosedException(
            RpmsgCloseReason.PeerGone,
            $"There is no link {number} here, or no longer: links end when the processor stops. Use one of now.");

    private Dictionary<RpmsgLink, int> Number()
    {
        lock (_lock)
        {
            Dictionary<RpmsgLink, int> numbers = [];
            foreach (RpmsgLink link in findLinks())
            {
                numbers[link] = _numbers.TryGetValue(link, out int number) ? number : ++_lastNumber;
            }

            _numbers = numbers;
            return numbers;
        }
    }
}
