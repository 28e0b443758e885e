// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class SharingDirectoryTests : IDisposable
{
    private const string Nobody = "65534";

    private readonly CancellationTokenSource _limit = Firmware.Limit();
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("openamp-sharing-");

    private CancellationToken Limit => _limit.Token;

    private string Place => Path.Combine(_parent.FullName, "openamp");

    public void Dispose()
    {
        _limit.Dispose();
        _parent.Delete(recursive: true);
    }

    [Fact]
    public async Task TheDirectoryIsMadeForThisUserAlone()
    {
        await using RemoteProcessor processor = await OpenAsync();
        await using ProcessorSharing sharing = Share(processor);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Place));
        Assert.Equal(Place, Path.GetDirectoryName(sharing.SocketPath));
    }

    [Theory]
    [InlineData("0750", "750")]
    [InlineData("0707", "707")]
    [InlineData("0722", "722")]
    public async Task ADirectoryThatOthersMayUseIsRefused(string mode, string told)
    {
        await using RemoteProcessor processor = await OpenAsync();
        _ = Directory.CreateDirectory(Place);
        File.SetUnixFileMode(Place, (UnixFileMode)Convert.ToInt32(mode, 8));
        AssertRefused(processor, told);
    }

    [Fact]
    public async Task ASymbolicLinkInItsPlaceIsRefused()
    {
        await using RemoteProcessor processor = await OpenAsync();
        string target = Path.Combine(_parent.FullName, "elsewhere");
        _ = Directory.CreateDirectory(
            target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _ = Directory.CreateSymbolicLink(Place, target);
        AssertRefused(processor, "symbolic link");
        Assert.Empty(Directory.GetFileSystemEntries(target));
    }

    [Fact]
    public async Task AFileInItsPlaceIsRefused()
    {
        await using RemoteProcessor processor = await OpenAsync();
        await File.WriteAllTextAsync(Place, "", Limit);
        Assert.Throws<IOException>(() => Share(processor));
        Assert.Contains("no directory", Assert.Throws<IOException>(() => SharedProcessors.List(Place)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AParentInWhichAnybodyMayReplaceItIsRefused()
    {
        await using RemoteProcessor processor = await OpenAsync();
        File.SetUnixFileMode(_parent.FullName, (UnixFileMode)Convert.ToInt32("0777", 8));
        AssertRefused(processor, "not sticky");
        File.SetUnixFileMode(_parent.FullName, (UnixFileMode)Convert.ToInt32("1777", 8));
        await using ProcessorSharing sharing = Share(processor);
        Assert.Single(SharedProcessors.List(Place));
    }

    [Fact]
    public async Task ADirectoryOfAnotherUserIsRefused()
    {
        await using RemoteProcessor processor = await OpenAsync();
        _ = Directory.CreateDirectory(
            Place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await ChangeOwnerAsync(Place);
        AssertRefused(processor, $"belongs to user {Nobody}");
    }

    [Fact]
    public async Task AProcessOfAnotherUserIsRefusedAndCounted()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may act as another user.");
        await using RemoteProcessor processor = await OpenAsync();
        await using ProcessorSharing sharing = Share(processor);

        // As if the directory had been opened to others after it was checked.
        File.SetUnixFileMode(_parent.FullName, (UnixFileMode)Convert.ToInt32("0755", 8));
        File.SetUnixFileMode(Place, (UnixFileMode)Convert.ToInt32("0755", 8));
        File.SetUnixFileMode(sharing.SocketPath, (UnixFileMode)Convert.ToInt32("0777", 8));
        string? answer = null;
        await OtherUser.RunAsync(() =>
        {
            using RawClient client = new(sharing.SocketPath);
            client.Send("""{"version":1,"do":"watch"}""");
            answer = client.ReceiveAsync(Limit).GetAwaiter().GetResult();
        });
        Assert.Contains("refused", answer, StringComparison.Ordinal);
        Assert.Contains(Nobody, answer, StringComparison.Ordinal);
        Assert.Equal(1, sharing.Statistics.RefusedForeign);
    }

    [Fact]
    public async Task ASocketOfAnotherUserIsNeitherListedNorRemovedNorAsked()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may give a socket to another user.");
        await using RemoteProcessor processor = await OpenAsync();
        await using ProcessorSharing sharing = Share(processor);
        await ChangeOwnerAsync(sharing.SocketPath);
        Assert.Empty(SharedProcessors.List(Place));
        Assert.True(File.Exists(sharing.SocketPath));
    }

    [Fact]
    public void WhatIsNotThereIsNoError()
    {
        Assert.Empty(SharedProcessors.List(Place));
        Assert.Empty(SharedLinks.List(Place));
        Assert.False(Directory.Exists(Place));
    }

    [Fact]
    public async Task FilesThatAreNotOursAreLeftAlone()
    {
        await using RemoteProcessor processor = await OpenAsync();
        await using ProcessorSharing sharing = Share(processor);
        string[] strange = ["m4.1.1.processor", "m4.x.1.processor", "notes.txt", "a.b.c.d.e.processor", ".processor"];
        foreach (string name in strange)
        {
            await File.WriteAllTextAsync(Path.Combine(Place, name), "", Limit);
        }

        Assert.Single(SharedProcessors.List(Place));
        Assert.Equal(strange.Length + 1, Directory.GetFiles(Place).Length);
    }

    [Fact]
    public async Task OneProgramSharesMoreThanOnceUnderOneName()
    {
        await using RemoteProcessor processor = await OpenAsync();
        await using ProcessorSharing one = Share(processor);
        await using ProcessorSharing two = Share(processor);
        Assert.NotEqual(one.SocketPath, two.SocketPath);
        Assert.Equal(
            [one.SocketPath, two.SocketPath],
            SharedProcessors.List(Place).Select(entry => entry.SocketPath));
    }

    [Theory]
    [InlineData("m4")]
    [InlineData("remoteproc@3000000.dsp/core 1")]
    [InlineData("../../etc/passwd")]
    [InlineData("ünïcödé")]
    [InlineData("a processor whose name is much longer than any file name here may be")]
    public async Task AnyNameIsSharedAndFound(string name)
    {
        await using RemoteProcessor processor = await OpenAsync(name);
        await using ProcessorSharing sharing = Share(processor);
        Assert.Equal(Place, Path.GetDirectoryName(sharing.SocketPath));
        await using RemoteProcessor found = await SharedProcessor.OpenAsync(
            new SharedProcessorOptions
            {
                Selector = name.Contains('/', StringComparison.Ordinal) ? sharing.SocketPath : name,
                Directory = Place,
            },
            Limit);
        Assert.Equal(name, found.Name);
    }

    [Fact]
    public async Task WhatADeadProgramLeftUnderThisProcessIdIsReplaced()
    {
        await using RemoteProcessor processor = await OpenAsync();
        string path;
        await using (ProcessorSharing first = Share(processor))
        {
            path = first.SocketPath;
        }

        using (Socket dead = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(path));
            File.Move(path, path + ".kept");
        }

        File.Move(path + ".kept", path);
        await using ProcessorSharing sharing = Share(processor);
        Assert.Equal(path, sharing.SocketPath);
        Assert.Single(SharedProcessors.List(Place));
    }

    private async Task<RemoteProcessor> OpenAsync(string name = "m4")
        => await RemoteProcessor.OpenAsync(new ProcessProcessorDriver(new() { Name = name }), Limit);

    private ProcessorSharing Share(RemoteProcessor processor)
        => ProcessorSharing.Share(processor, new SharingOptions { Directory = Place });

    private void AssertRefused(RemoteProcessor processor, string why)
    {
        Assert.Contains(why, Assert.Throws<IOException>(() => Share(processor)).Message, StringComparison.Ordinal);
        Assert.Contains(
            why, Assert.Throws<IOException>(() => SharedProcessors.List(Place)).Message, StringComparison.Ordinal);
    }

    private async Task ChangeOwnerAsync(string path)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may give files to another user.");
        using Process change = Process.Start("chown", [Nobody, path]);
        await change.WaitForExitAsync(Limit);
        Assert.Equal(0, change.ExitCode);
    }
}
