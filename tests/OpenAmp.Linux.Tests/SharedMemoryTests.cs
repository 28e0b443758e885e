// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Tasks;
using OpenAmp.Memory;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class SharedMemoryTests
{
    [Fact]
    public void TwoMappingsOfANameAreTheSameMemory()
    {
        using MeetingPlace place = new();
        using SharedMemory first = SharedMemory.OpenOrCreate(place.Name, 0x2000);
        using SharedMemory second = SharedMemory.OpenExisting(place.Name, new DeviceAddress(0x1000));

        Bytes.Of(first.Region)[0x1fff] = 42;

        Assert.Equal(0x2000, second.LengthBytes);
        Assert.Equal(0x1000UL, second.Region.Address.Value);
        Assert.Equal(42, Bytes.Of(second.Region)[0x1fff]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode("/dev/shm/" + place.Name));
    }

    [Fact]
    public void AnObjectGrowsAndNeverShrinks()
    {
        using MeetingPlace place = new();
        SharedMemory.OpenOrCreate(place.Name, 0x3000).Dispose();
        SharedMemory.OpenOrCreate(place.Name, 0x1000).Dispose();
        Assert.Equal(0x3000, new FileInfo("/dev/shm/" + place.Name).Length);
        SharedMemory.OpenOrCreate(place.Name, 0x5000).Dispose();
        Assert.Equal(0x5000, new FileInfo("/dev/shm/" + place.Name).Length);
    }

    [Fact]
    public void ContentOfAnEarlierRunStays()
    {
        using MeetingPlace place = new();
        using (SharedMemory first = SharedMemory.OpenOrCreate(place.Name, 0x1000))
        {
            Bytes.Of(first.Region)[7] = 9;
        }

        using SharedMemory second = SharedMemory.OpenOrCreate(place.Name, 0x2000);
        Assert.Equal(9, Bytes.Of(second.Region)[7]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(SharedMemory.MaxLengthBytes + 1)]
    public void AnImpossibleLengthCreatesNothing(long lengthBytes)
    {
        using MeetingPlace place = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => SharedMemory.OpenOrCreate(place.Name, lengthBytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => SharedMemory.CreateAnonymous(lengthBytes));
        Assert.False(File.Exists("/dev/shm/" + place.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("/a")]
    [InlineData("a\0b")]
    public void AnImpossibleNameIsRefused(string name)
        => Assert.ThrowsAny<ArgumentException>(() => SharedMemory.OpenOrCreate(name, 0x1000));

    [Fact]
    public void ANameHasAtMost255Bytes()
    {
        using SharedMemory longest = SharedMemory.OpenOrCreate(new string('n', 255), 0x1000);
        Assert.True(SharedMemory.Unlink(longest.Name!));
        Assert.Throws<ArgumentException>(() => SharedMemory.OpenOrCreate(new string('n', 253) + "ü!", 0x1000));
    }

    [Fact]
    public void AFullFileSystemIsAnErrorThatNamesItAndLeavesNothing()
    {
        using MeetingPlace place = new();
        int before = MeetingPlace.SettledDescriptors;
        IOException error = Assert.Throws<IOException>(
            () => SharedMemory.OpenOrCreate(place.Name, SharedMemory.MaxLengthBytes));
        Assert.Contains("fallocate", error.Message, StringComparison.Ordinal);
        Assert.Contains("errno 28", error.Message, StringComparison.Ordinal);
        Assert.Contains("/dev/shm/" + place.Name, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists("/dev/shm/" + place.Name));
        MeetingPlace.AssertOpenDescriptors(before);
    }

    [Fact]
    public void AFullFileSystemLeavesAnExistingObjectAsItWas()
    {
        using MeetingPlace place = new();
        SharedMemory.OpenOrCreate(place.Name, 0x1000).Dispose();
        Assert.Throws<IOException>(() => SharedMemory.OpenOrCreate(place.Name, SharedMemory.MaxLengthBytes));
        Assert.Equal(0x1000, new FileInfo("/dev/shm/" + place.Name).Length);
    }

    [Fact]
    public void AMissingObjectIsAnErrorThatSaysWhatToDo()
    {
        IOException error = Assert.Throws<IOException>(() => SharedMemory.OpenExisting("openamp-no-such"));
        Assert.Equal("open of \"/dev/shm/openamp-no-such\" failed with errno 2 (No such file or directory). "
            + "Start the side that creates it first, or mount a tmpfs at /dev/shm.", error.Message);
        Assert.False(SharedMemory.Unlink("openamp-no-such"));
    }

    [Fact]
    public void AnEmptyObjectIsNotMapped()
    {
        using MeetingPlace place = new();
        File.WriteAllBytes("/dev/shm/" + place.Name, []);
        int before = MeetingPlace.SettledDescriptors;
        Assert.Contains("0 bytes long",
            Assert.Throws<IOException>(() => SharedMemory.OpenExisting(place.Name)).Message, StringComparison.Ordinal);
        MeetingPlace.AssertOpenDescriptors(before);
    }

    [Fact]
    public void ALinkIsNotFollowed()
    {
        using MeetingPlace place = new();
        File.CreateSymbolicLink("/dev/shm/" + place.Name, "/dev/shm/elsewhere-" + place.Name);
        Assert.Throws<IOException>(() => SharedMemory.OpenOrCreate(place.Name, 0x1000));
        Assert.False(File.Exists("/dev/shm/elsewhere-" + place.Name));
    }

    [Fact]
    public async Task AnonymousMemoryIsPassedToAnotherProcess()
    {
        using MeetingPlace place = new();
        using Socket listener = Sockets.Listen(place.SocketPath);
        using OtherProcess other = OtherProcess.Start("descriptor-writer", place.SocketPath);
        using SafeHandle socket = await Sockets.AcceptAsync(listener);
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x1000);
        using EventFd done = new();

        FileDescriptorPassing.Send(socket, "hello"u8, [memory.Handle, done.Handle]);

        Assert.True(done.Wait(TimeSpan.FromSeconds(20)));
        Assert.Equal("hello", Encoding.UTF8.GetString(Bytes.Of(memory.Region)[..5]));
        Assert.Equal(5, await other.EndAsync());
    }

    [Fact]
    public void HugePagesWorkOrTheErrorSaysWhatToDo()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SharedMemory.CreateAnonymous(0x1000, hugePages: true));
        try
        {
            using SharedMemory memory = SharedMemory.CreateAnonymous(SharedMemory.HugePageBytes, hugePages: true);
            Bytes.Of(memory.Region)[(int)SharedMemory.HugePageBytes - 1] = 1;
        }
        catch (IOException error)
        {
            Assert.Contains("vm.nr_hugepages", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void DisposeUnmapsAndClosesOnce()
    {
        using MeetingPlace place = new();
        int before = MeetingPlace.SettledDescriptors;
        SharedMemory memory = SharedMemory.OpenOrCreate(place.Name, 0x1000);
        Assert.Equal(1, MeetingPlace.OpenMappings(place.Name));
        Assert.Equal(memory.LockFailure is null, memory.IsLocked);
        memory.Dispose();
        memory.Dispose();
        Assert.Equal(0, MeetingPlace.OpenMappings(place.Name));
        MeetingPlace.AssertOpenDescriptors(before);
        Assert.Throws<ObjectDisposedException>(() => memory.Region);
    }
}
