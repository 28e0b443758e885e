// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Linux;

/// <summary>Does what other programs ask for: of a processor, or of a link.</summary>
internal interface ISharingService
{
    /// <summary>Serves one connection, whose request was checked. Many at a time.</summary>
    /// <param name="connection">The connection; the caller closes it.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends when the sharing does.</param>
    /// <returns>Completes when there is nothing more to do. What it throws is told the other program.</returns>
    Task ServeAsync(SharingConnection connection, SharingRequest request, CancellationToken cancellationToken);
}
