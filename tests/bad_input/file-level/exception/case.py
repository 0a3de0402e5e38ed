def last(numbers):
    return numbers[3]


print(last([1, 2]))
