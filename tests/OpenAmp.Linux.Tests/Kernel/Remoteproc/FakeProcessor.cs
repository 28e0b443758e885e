// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;

namespace OpenAmp.Linux.Tests.Kernel.Remoteproc;

/// <summary>One processor of a <see cref="FakeKernel"/>: the rules of drivers/remoteproc as the reference page has
/// them.</summary>
internal sealed class FakeProcessor
{
    private const int Einval = 22;
    private const int Ebusy = 16;

    private readonly FakeKernel _kernel;
    private readonly Lock _lock = new();
    private readonly string _directory;
    private readonly string _name;
    private string _state = "offline";
    private string _recovery = "enabled";
    private string _coreDump = "disabled";
    private string _firmware = "rproc-fw";
    private int _power;
    private int _crashes;
    private int _runs;
    private int _dumps;
    private string? _dump;

    public FakeProcessor(FakeKernel kernel, int number, string name, string device, string? node)
    {
        (_kernel, _name) = (kernel, name);
        Node = FormattableString.Invariant($"remoteproc{number}");
        string parent = $"/sys/devices/platform/{device}";
        _directory = $"{parent}/remoteproc/{Node}";
        Directory.CreateDirectory(kernel.At(_directory));
        File.CreateSymbolicLink(
            kernel.At($"/sys/class/remoteproc/{Node}"), $"../../devices/platform/{device}/remoteproc/{Node}");
        File.CreateSymbolicLink(kernel.At($"{_directory}/device"), $"../../../{device}");
        if (node is not null)
        {
            File.CreateSymbolicLink(kernel.At($"{parent}/of_node"), $"../../../firmware/devicetree/base{node}");
        }

        kernel.Write($"{_directory}/name", name + "\n");
        Show();
    }

    public string Node { get; }

    /// <summary>What the kernel answers to the next start, instead of starting.</summary>
    public KernelStoreResult? StartAnswer { get; set; }

    /// <summary>What it logs then.</summary>
    public string StartLog { get; set; } = "";

    /// <summary>Whether a stop works from crashed: 6.1.192 does, 6.12 does not.</summary>
    public bool StopsWhenCrashed { get; set; } = true;

    /// <summary>What every write is answered, when that is set.</summary>
    public KernelStoreResult? Denial { get; set; }

    /// <summary>Holds every write of a state until it is set.</summary>
    public ManualResetEventSlim Unblocked { get; } = new(initialState: true);

    /// <summary>Whether a recovery fails: the firmware is gone, say.</summary>
    public bool FailsToRecover { get; set; }

    public int Power => _power;

    public string State
    {
        get => _state;
        set
        {
            lock (_lock)
            {
                _state = value;
                _power = value is "running" or "attached" or "crashed" ? 1 : 0;
                Show();
            }
        }
    }

    public string Recovery => _recovery;

    public string CoreDump => _coreDump;

    public string Firmware => _firmware;

    public KernelStoreResult Store(string attribute, string word)
    {
        if (Denial is { } denial && attribute != Node)
        {
            return denial;
        }

        if (attribute == "state" || attribute == Node)
        {
            Unblocked.Wait();
        }

        lock (_lock)
        {
            int errno = attribute switch
            {
                "firmware" => StoreFirmware(word),
                "recovery" => StoreRecovery(word),
                "coredump" => StoreCoreDump(word),
                "data" => FreeDump(),
                _ => word switch
                {
                    "start" => Start(),
                    "stop" => Stop(),
                    "detach" => Detach(),
                    _ => Einval,
                },
            };
            Show();
            return errno == 0 && StartAnswer is { } answer && word == "start" ? answer
                : new KernelStoreResult("write", errno == 0 ? Encoding.UTF8.GetByteCount(word) : 0, errno);
        }
    }

    /// <summary>A crash as rproc_report_crash and the worker behind it treat it.</summary>
    public void Crash(string type = "fatal error", bool shows = true)
    {
        lock (_lock)
        {
            _kernel.Log(Node, $"crash detected in {_name}: type {type}");
            _state = "crashed";
            if (shows)
            {
                Show();
            }

            _kernel.Log(Node, FormattableString.Invariant($"handling crash #{++_crashes} in {_name}"));
            if (_recovery == "enabled")
            {
                BeginRecovery();
                Show();
            }
        }
    }

    /// <summary>Ends a run, as its firmware sees it, and starts the next, with nothing to see in between.</summary>
    public void RestartUnseen()
    {
        lock (_lock)
        {
            GoUp("running");
            Show();
        }
    }

    /// <summary>Shows a text in debugfs, all of it at once.</summary>
    public void WriteDebug(string file, string text)
    {
        string path = $"/sys/kernel/debug/remoteproc/{Node}/{file}";
        _kernel.Write(path + "~", text);
        File.Move(_kernel.At(path + "~"), _kernel.At(path), overwrite: true);
    }

    public bool HasDump(string path) => _dump is not null && path.Contains($"/{_dump}/", StringComparison.Ordinal);

    /// <summary>Offers a dump, as a recovery does.</summary>
    public void OfferDump(byte[] bytes)
    {
        _dump = FormattableString.Invariant($"devcd{++_dumps}");
        string directory = _kernel.At($"/sys/devices/virtual/devcoredump/{_dump}");
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(Path.Combine(directory, "data"), bytes);
        File.CreateSymbolicLink(Path.Combine(directory, "failing_device"), $"../../../platform/x/remoteproc/{Node}");
        File.CreateSymbolicLink(
            _kernel.At($"/sys/class/devcoredump/{_dump}"), $"../../devices/virtual/devcoredump/{_dump}");
    }

    /// <summary>Its driver is unbound.</summary>
    public void Remove() => File.Delete(_kernel.At($"/sys/class/remoteproc/{Node}"));

    /// <summary>Another device takes its place and number.</summary>
    public void Replace(string name)
    {
        Remove();
        string other = $"/sys/devices/platform/other/remoteproc/{Node}";
        _kernel.Write($"{other}/name", name + "\n");
        _kernel.Write($"{other}/state", "running\n");
        File.CreateSymbolicLink(
            _kernel.At($"/sys/class/remoteproc/{Node}"), $"../../devices/platform/other/remoteproc/{Node}");
    }

    private int StoreFirmware(string name)
    {
        if (_state != "offline")
        {
            _kernel.Log(Node, "can't change firmware while running");
            return Ebusy;
        }

        if (name.Length == 0)
        {
            return Einval;
        }

        _firmware = name;
        return 0;
    }

    private int StoreRecovery(string word)
    {
        if (word is "enabled" or "disabled")
        {
            _recovery = word;
        }
        else if (word != "recover")
        {
            return Einval;
        }

        if (word is "enabled" or "recover" && _state == "crashed")
        {
            BeginRecovery();
        }

        return 0;
    }

    private int StoreCoreDump(string word)
    {
        if (_state == "crashed")
        {
            return Ebusy;
        }

        _coreDump = word;
        return word is "enabled" or "disabled" or "inline" ? 0 : Einval;
    }

    // Stop, dump, load, start. An inline dump is waited for.
    private void BeginRecovery()
    {
        _kernel.Log(Node, $"recovering {_name}");
        _state = "offline";
        _kernel.Log(Node, $"stopped remote processor {_name}");
        if (_coreDump != "disabled" && _dump is null)
        {
            OfferDump([0x7F, (byte)'E', (byte)'L', (byte)'F', (byte)_crashes]);
        }

        if (_coreDump != "inline")
        {
            EndRecovery();
        }
    }

    private void EndRecovery()
    {
        if (FailsToRecover)
        {
            _kernel.Log(Node, "request_firmware failed: -2");
            return;
        }

        GoUp("running");
    }

    private int FreeDump()
    {
        File.Delete(_kernel.At($"/sys/class/devcoredump/{_dump}"));
        _dump = null;
        if (_state == "offline" && _coreDump == "inline")
        {
            EndRecovery();
        }

        return 0;
    }

    private int Start()
    {
        if (_power > 0)
        {
            _power++;
            return 0;
        }

        if (StartAnswer is { } answer)
        {
            _kernel.Log(Node, StartLog);
            return answer.Errno;
        }

        _power = 1;
        GoUp(_state == "detached" ? "attached" : "running");
        return 0;
    }

    private int Stop()
    {
        if (_state is not ("running" or "attached") && !(_state == "crashed" && StopsWhenCrashed))
        {
            return Einval;
        }

        if (--_power > 0)
        {
            return 0;
        }

        _state = "offline";
        _power = 0;
        return 0;
    }

    private int Detach()
    {
        if (_state != "attached")
        {
            return Einval;
        }

        (_state, _power) = ("detached", 0);
        return 0;
    }

    // Each run has virtio devices of its own.
    private void GoUp(string state)
    {
        string bus = _kernel.At($"{_directory}/rproc-virtio.0.auto");
        if (Directory.Exists(bus))
        {
            Directory.Delete(bus, recursive: true);
        }

        Directory.CreateDirectory(Path.Combine(bus, string.Create(CultureInfo.InvariantCulture, $"virtio{_runs++}")));
        _state = state;
        _power = Math.Max(_power, 1);
        _kernel.Log(Node, $"remote processor {_name} is now up");
    }

    private void Show()
    {
        Replace("state", _state);
        Replace("recovery", _recovery);
        Replace("coredump", _coreDump);
        Replace("firmware", _state == "attached" ? "unknown" : _firmware);

        // Whole or not at all, as the kernel's own are.
        void Replace(string attribute, string text)
        {
            string path = _kernel.At($"{_directory}/{attribute}");
            File.WriteAllText(path + "~", text + "\n");
            File.Move(path + "~", path, overwrite: true);
        }
    }
}
