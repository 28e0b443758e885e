// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <content>What debugfs shows.</content>
public sealed partial class KernelRemoteProcessor
{
    private ResourceTable? _runTable;

    /// <summary>The table of the run as the kernel had it when the processor came up, if debugfs may be read; else the
    /// one of the image that was loaded here. Configuration spaces and entries of vendors are in the latter only.
    /// </summary>
    public override ResourceTable? Table => _runTable ?? _imageTable;

    private ResourceTable? _imageTable
        => _image?.ResourceTable is { } bytes && ResourceTable.TryParse(bytes.Span, out ResourceTable? table, out _)
            ? table : null;

    /// <summary>Reads the live resource table: addresses, features and status as they are now.</summary>
    /// <returns>The table, without configuration spaces and entries of vendors, which the kernel does not show;
    /// <see langword="null"/> when there is none.</returns>
    /// <exception cref="KernelRemoteprocException">debugfs is not mounted, or may not be read.</exception>
    public ResourceTable? ReadTable() => DebugTexts.ParseTable(ReadDebug("resource_table"));

    /// <summary>Reads which memory the kernel has set aside for the processor.</summary>
    /// <returns>The carveouts; none while it is offline.</returns>
    /// <exception cref="KernelRemoteprocException">debugfs is not mounted, or may not be read.</exception>
    public IReadOnlyList<KernelCarveout> ReadCarveouts() => DebugTexts.ParseCarveouts(ReadDebug("carveout_memories"));

    private string ReadDebug(string file)
    {
        string path = Path.Combine(_node.DebugDirectory, file);
        try
        {
            return File.ReadAllText(path);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new KernelRemoteprocException(
                $"'{path}' may not be read: debugfs is for root. {RemoteprocAdvice.ForDenied}", error);
        }
        catch (IOException error)
        {
            throw new KernelRemoteprocException(
                $"'{path}' cannot be read: {error.Message} Is debugfs mounted (mount -t debugfs none "
                    + "/sys/kernel/debug), and CONFIG_DEBUG_FS set?", error);
        }
    }

    private void ReadRunTable()
    {
        try
        {
            _runTable = ReadTable();
        }
        catch (KernelRemoteprocException)
        {
            // The image's will do.
            _runTable = null;
        }
    }
}
