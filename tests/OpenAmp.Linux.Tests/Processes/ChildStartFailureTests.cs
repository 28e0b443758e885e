// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>A start that fails says why and changes nothing.</summary>
public sealed class ChildStartFailureTests(ChildProgram program) : IClassFixture<ChildProgram>, IDisposable
{
    private readonly MeetingPlace _place = new();
    private readonly Footprint _before = Footprint.Settled();

    private string Folder => Path.GetDirectoryName(_place.SocketPath)!;

    public void Dispose()
    {
        _before.AssertIsLeft();
        _place.Dispose();
    }

    [Fact]
    public void AMissingExecutableIsNamed()
        => AssertFails(new() { Path = "openamp-no-such" }, "posix_spawn of \"openamp-no-such\" failed with errno 2",
            "There is no file at \"" + Path.GetFullPath("openamp-no-such") + "\"; PATH is not searched.");

    [Fact]
    public void AFileThatIsNotExecutableIsNamed()
        => AssertFails(new() { Path = Write("text", "x") }, "errno 13", "chmod +x");

    [Fact]
    public void AFolderIsNotExecutable() => AssertFails(new() { Path = Folder }, "errno 13", "It must be a file");

    [Fact]
    public void AnExecutableOfNoKnownFormatIsNamed()
        => AssertFails(new() { Path = Write("garbage", "\u007fELFgarbage", isExecutable: true) }, "errno 8",
            "built for " + System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture);

    [Fact]
    public void AMissingInterpreterIsToldFromAMissingFile()
        => AssertFails(new() { Path = Write("script", "#!/no/such\n", isExecutable: true) }, "errno 2", "interpreter");

    [Fact]
    public void AMissingFolderToStartInIsToldFromAMissingFile()
        => AssertFails(new() { Path = "/bin/true", WorkingDirectory = "/no/such" }, "errno 2",
            "Its working directory \"/no/such\" does not exist.");

    [Fact]
    public void AnExecutableThatIsBeingWrittenIsNamed()
    {
        string path = Path.Combine(Folder, "copy");
        File.Copy("/bin/true", path);
        using SafeFileHandle writer = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        AssertFails(new() { Path = path }, "errno 26", "open for writing");
    }

    [Fact]
    public void ImpossibleOptionsAreRefused()
    {
        ChildProcessOptions good = new() { Path = "/bin/true" };
        using SafeFileHandle closed = File.OpenHandle("/dev/null");
        closed.Dispose();
        ChildProcessOptions[] bad =
        [
            good with { Path = "" },
            good with { Path = "a\0b" },
            good with { Arguments = ["a\0b"] },
            good with { Arguments = [null!] },
            good with { WorkingDirectory = "" },
            good with { Environment = new Dictionary<string, string?> { [""] = "x" } },
            good with { Environment = new Dictionary<string, string?> { ["A=B"] = "x" } },
            good with { Environment = new Dictionary<string, string?> { ["A"] = "x\0" } },
            good with { Handles = [closed] },
            good with { Handles = [null!] },
            good with { Handles = new SafeFileHandle[ChildProcessOptions.MaxHandles + 1] },
            good with { Executable = closed },
            good with { StandardOutput = (ChildOutputMode)9 },
            good with { StandardError = ChildOutputMode.Lines },
            good with { OnLine = _ => { } },
        ];
        Assert.All(bad, options => Assert.ThrowsAny<ArgumentException>(() => ChildProcess.Start(options)));
    }

    [Fact]
    public async Task WhereverTheDescriptorsRunOutTheStartFailsCleanlyOrWorks()
    {
        using EventFd counter = new();
        ChildProcessOptions options = program.Options("exit", "5") with
        {
            Handles = [counter.Handle, counter.Handle],
            StandardOutput = ChildOutputMode.Lines,
            StandardError = ChildOutputMode.Lines,
            OnLine = _ => { },
        };
        Footprint before = Footprint.Settled();
        using NoCollection noCollection = new();
        Assert.Equal(5, (await EndAsync(ChildProcess.Start(options))).ExitCode);
        int failures = 0;
        for (int free = 0; free < 40; free++)
        {
            ChildProcess? child = StartWithFewDescriptors(options, free, out IOException? error);
            if (child is not null)
            {
                Assert.Equal(5, (await EndAsync(child)).ExitCode);
            }
            else
            {
                failures++;
                Assert.Contains("limit", error!.Message, StringComparison.Ordinal);
            }

            before.AssertIsLeft();
        }

        Assert.InRange(failures, 5, 39);
    }

    private static async Task<ChildExit> EndAsync(ChildProcess child)
    {
        await using (child)
        {
            return await child.Exited.WaitAsync(ChildProgram.Patience, TestContext.Current.CancellationToken);
        }
    }

    private static unsafe ChildProcess? StartWithFewDescriptors(ChildProcessOptions options, int free,
        out IOException? error)
    {
        error = null;
        using SafeFileHandle next = File.OpenHandle("/dev/null");
        ulong* limits = stackalloc ulong[2];
        Assert.Equal(0, NativeCalls.getrlimit(NativeCalls.RLIMIT_NOFILE, limits));
        ulong usual = limits[0];
        try
        {
            limits[0] = (ulong)next.DangerousGetHandle() + 1 + (ulong)free;
            Assert.Equal(0, NativeCalls.setrlimit(NativeCalls.RLIMIT_NOFILE, limits));
            return ChildProcess.Start(options);
        }
        catch (IOException failure)
        {
            error = failure;
            return null;
        }
        finally
        {
            limits[0] = usual;
            Assert.Equal(0, NativeCalls.setrlimit(NativeCalls.RLIMIT_NOFILE, limits));
        }
    }

    private static void AssertFails(ChildProcessOptions options, params string[] wanted)
    {
        IOException error = Assert.Throws<IOException>(() => ChildProcess.Start(options));
        Assert.All(wanted, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }

    private string Write(string name, string content, bool isExecutable = false)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, isExecutable
            ? UnixFileMode.UserRead | UnixFileMode.UserExecute
            : UnixFileMode.UserRead);
        return path;
    }
}
