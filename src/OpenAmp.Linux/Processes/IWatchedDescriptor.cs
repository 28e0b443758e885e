// SPDX-License-Identifier: BSD-3-Clause

using System.IO;
using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>What <see cref="DescriptorWatcher"/> tells that its descriptor has something.</summary>
internal interface IWatchedDescriptor
{
    /// <summary>The descriptor. Not closed before it is unwatched.</summary>
    SafeHandle Handle { get; }

    /// <summary>There is something to read, or the end. Called once per watch, on the watcher's thread, which serves
    /// others too: does not block, does not throw.</summary>
    void BecameReady();

    /// <summary>The system refused to watch: nothing more will be told.</summary>
    void WatchFailed(IOException error);
}
